import {
  asNode,
  asNodes,
  childNodes,
  identifierName,
  type ParsedSource,
  propertyName,
  type SyntaxNode,
  sliceOf,
  unwrapped,
} from '../syntax.ts';

/** What it means for code to stand where it does. */
export interface Place {
  /** A failure there goes nowhere, or the code never runs. */
  readonly isSwallowed: boolean;
  /** What must hold for it to run; null: nothing. */
  readonly condition: string | null;
  /** Nobody waits for it. */
  readonly isDropped: boolean;
  /** Nothing is done with its value. */
  readonly isStatement: boolean;
  readonly isInHook: boolean;
}

export const plain: Place = {
  isSwallowed: false,
  condition: null,
  isDropped: false,
  isStatement: false,
  isInHook: false,
};

type Placed = [SyntaxNode, Place];

/** What is below a node, with what it means to stand there. */
export function placesBelow(source: ParsedSource, node: SyntaxNode, outer: Place): Placed[] {
  const place = { ...outer, isStatement: false };
  const children = childNodes(node);
  const all = (value: Place): Placed[] => children.map((child) => [child, value]);
  switch (node.type) {
    case 'TryStatement': {
      const isQuiet =
        handlerIsQuiet(source, asNode(node['handler'])) ||
        /\breturn\b/.test(sliceOf(source, asNode(node['finalizer']), 2_000));
      const block = asNode(node['block']);
      return children.map((child) => [
        child,
        child === block && isQuiet
          ? { ...place, isSwallowed: true, condition: place.condition ?? 'no error' }
          : place,
      ]);
    }
    case 'IfStatement':
    case 'ConditionalExpression':
      return inBranches(source, node, place);
    case 'LogicalExpression':
      return children.map((child) => [
        child,
        child === asNode(node['right']) ? under(source, asNode(node['left']), place) : place,
      ]);
    case 'SwitchCase':
      return all(under(source, asNode(node['test']), place));
    case 'BlockStatement':
      return inBlock(source, children, place);
    case 'ExpressionStatement':
      return all(inStatement(asNode(node['expression']), place));
    case 'ForOfStatement':
      return all(
        sliceOf(source, asNode(node['right']), 10) === '[]' ? { ...place, isSwallowed: true } : place,
      );
    case 'CallExpression':
      return all(isOverNothing(node) ? { ...place, isSwallowed: true } : place);
    case 'ParenthesizedExpression':
      return all(outer);
    case 'UnaryExpression':
      return all(node['operator'] === 'void' ? outer : place);
    default:
      return all(isNeverCalled(source, node) ? { ...place, isSwallowed: true } : place);
  }
}

function inBranches(source: ParsedSource, node: SyntaxNode, place: Place): Placed[] {
  const test = asNode(node['test']);
  const isNever = /^(?:false|0|!1)$/.test(sliceOf(source, test, 10));
  const branch = under(source, test, place);
  return childNodes(node).map((child) => {
    if (child === test) return [child, place];
    return [
      child,
      isNever && child === asNode(node['consequent']) ? { ...place, isSwallowed: true } : branch,
    ];
  });
}

function under(source: ParsedSource, test: SyntaxNode | null, place: Place): Place {
  return { ...place, condition: place.condition ?? sliceOf(source, test, 200) };
}

/** What follows a `return` never runs; what follows one under a condition runs where that does not hold. */
function inBlock(source: ParsedSource, statements: readonly SyntaxNode[], place: Place): Placed[] {
  let current = place;
  return statements.map((statement): Placed => {
    const here = current;
    if (statement.type === 'ReturnStatement') current = { ...current, isSwallowed: true };
    else if (leavesUnderCondition(statement)) current = under(source, asNode(statement['test']), current);
    return [statement, here];
  });
}

function leavesUnderCondition(statement: SyntaxNode): boolean {
  if (statement.type !== 'IfStatement') return false;
  const branch = asNode(statement['consequent']);
  const last = branch?.type === 'BlockStatement' ? asNodes(branch['body']).at(-1) : branch;
  return last?.type === 'ReturnStatement';
}

const LATER = /^(?:then|catch|finally|setTimeout|setImmediate|nextTick|queueMicrotask)$/;

/** A function that is only written down never runs; what is started and left runs after the test. */
function inStatement(node: SyntaxNode | null, place: Place): Place {
  const statement = { ...place, isStatement: true };
  const expression = unwrapped(node);
  if (!expression || node?.type === 'AwaitExpression') return statement;
  if (isFunction(expression)) return { ...statement, isSwallowed: true };
  return isLeftAlone(expression) ? { ...statement, isDropped: true } : statement;
}

function isLeftAlone(expression: SyntaxNode): boolean {
  const call = expression.type === 'UnaryExpression' ? unwrapped(asNode(expression['argument'])) : expression;
  if (call?.type !== 'CallExpression') return false;
  const callee = unwrapped(asNode(call['callee']));
  if (!callee) return false;
  if (isFunction(callee)) return callee['async'] === true;
  const name = callee.type === 'MemberExpression' ? propertyName(callee) : identifierName(callee);
  return LATER.test(name ?? '');
}

function isFunction({ type }: SyntaxNode): boolean {
  return type === 'ArrowFunctionExpression' || type === 'FunctionExpression';
}

/** `[].forEach(…)`. */
function isOverNothing(call: SyntaxNode): boolean {
  const callee = asNode(call['callee']);
  const list = callee?.type === 'MemberExpression' ? asNode(callee['object']) : null;
  return list?.type === 'ArrayExpression' && asNodes(list['elements']).length === 0;
}

/** A function with a name that the file says nowhere else. */
function isNeverCalled(source: ParsedSource, node: SyntaxNode): boolean {
  const value = node.type === 'VariableDeclarator' ? asNode(node['init']) : null;
  if (node.type !== 'FunctionDeclaration' && !(value && isFunction(value))) return false;
  const name = identifierName(asNode(node['id']));
  if (name === null || wordCounts(source).get(name) !== 1) return false;
  return !/\bexport\b/.test(source.text.slice(Math.max(0, node.start - 40), node.start));
}

const counted = new WeakMap<ParsedSource, ReadonlyMap<string, number>>();

function wordCounts(source: ParsedSource): ReadonlyMap<string, number> {
  const answer = counted.get(source);
  if (answer) return answer;
  const counts = new Map<string, number>();
  for (const word of source.text.match(/[A-Za-z_$][\w$]*/g) ?? [])
    counts.set(word, (counts.get(word) ?? 0) + 1);
  counted.set(source, counts);
  return counts;
}

const HOOKS = /^(?:before|beforeEach|beforeAll|setup|suiteSetup)$/;

export function isHook(node: SyntaxNode): boolean {
  const callee = node.type === 'CallExpression' ? asNode(node['callee']) : null;
  if (!callee) return false;
  return HOOKS.test(
    (callee.type === 'MemberExpression' ? propertyName(callee) : identifierName(callee)) ?? '',
  );
}

/** A `catch` that neither throws nor looks at anything. */
function handlerIsQuiet(source: ParsedSource, handler: SyntaxNode | null): boolean {
  if (!handler) return false;
  return !/\b(?:throw|expect|assert|fail|reject|equal|is|ok|done|next|should|match|push|t\.\w+)\b|=[^>]/.test(
    sliceOf(source, handler, 4_000),
  );
}
