import {
  asNode,
  asNodes,
  identifierName,
  isLiteral,
  type ParsedSource,
  type SyntaxNode,
  sliceOf,
  unwrapped,
} from '../syntax.ts';
import { chainOf, readAssertion } from './js-calls.ts';
import { isHook, type Place, placesBelow, plain } from './js-places.ts';
import { reachingNames, wordsIn } from './js-reach.ts';
import type { Assertion, TestCase, TestFile } from './model.ts';
import { runnerNames } from './runner-names.ts';

const SUITES = new Set(['describe', 'suite', 'context', 'xdescribe', 'fdescribe', 'xcontext']);
const TESTS = new Set(['it', 'test', 'specify', 'xit', 'xtest', 'xspecify', 'fit', 'ftest', 'serial']);
const PARENTS = new Set(['t', 'tt', 'st', 'tap', 'tt2', 'ctx', 'context', 'Deno', 'QUnit', 'tester']);
const CONDITIONAL = new Set(['skipIf', 'runIf', 'todoIf', 'if']);
const SKIPPING = new Set(['skip', 'todo', 'fixme', 'failing', 'fails', 'failing']);
const LONGEST_BODY = 6_000;

type Skip = TestCase['skip'];
interface Mutable extends Omit<TestCase, 'assertions' | 'skip' | 'isEmpty'> {
  readonly titles: readonly string[];
  readonly assertions: Assertion[];
  skip: Skip;
  isParent: boolean;
  readonly isEmpty: boolean;
}

interface Context extends Place {
  readonly titles: readonly string[];
  readonly test: Mutable | null;
  readonly skip: Skip;
  readonly isOnly: boolean;
}

/** A suite, and how all of it is skipped. */
interface SkippedSuite {
  readonly titles: readonly string[];
  readonly skip: Skip;
}

/** The tests of a JavaScript or TypeScript file by its syntax tree: strings and comments are no tests. */
export function readJsTests(source: ParsedSource): TestFile {
  const cases: Mutable[] = [];
  const loose: Assertion[] = [];
  const counted = new Set<SyntaxNode>();
  const suites: SkippedSuite[] = [];
  const runners = runnerNames(source);
  const reaching = reachingNames(source, (node) => testCallOf(source, node, runners)?.kind === 'test');
  const start: Context = { ...plain, titles: [], test: null, skip: 'no', isOnly: false };
  const pending: [SyntaxNode, Context][] = [[source.program, start]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [node, context] = next;
    const call = node.type === 'CallExpression' ? testCallOf(source, node, runners) : null;
    if (call) {
      pending.push(...enter(source, { node, call, context, cases, reaching }));
      continue;
    }
    if (isSkipCall(node)) {
      const skip = context.condition === null ? 'always' : 'conditional';
      if (context.test) context.test.skip = stronger(context.test.skip, skip);
      else if (context.isInHook) suites.push({ titles: context.titles, skip });
    }
    const assertion = counted.has(node) ? null : assertionAt(source, node, { context, counted });
    if (assertion) (context.test?.assertions ?? loose).push(assertion);
    const below = childrenWith(source, node, context);
    for (let index = below.length - 1; index >= 0; index -= 1) {
      const child = below[index];
      if (child) pending.push(child);
    }
  }
  for (const test of cases)
    for (const { titles, skip } of suites)
      if (titles.every((title, index) => test.titles[index] === title)) test.skip = stronger(test.skip, skip);
  // A test that only holds others is a suite.
  return { cases: cases.filter((each) => !each.isParent || each.assertions.length > 0), loose };
}

function childrenWith(source: ParsedSource, node: SyntaxNode, context: Context): [SyntaxNode, Context][] {
  const isInHook = context.isInHook || (context.test === null && isHook(node));
  return placesBelow(source, node, context).map(([child, place]) => [
    child,
    { ...context, ...place, isInHook },
  ]);
}

interface TestCall {
  readonly kind: 'suite' | 'test';
  readonly modifiers: readonly string[];
  readonly title: string;
  readonly body: SyntaxNode | null;
  readonly options: SyntaxNode | null;
  readonly rows: number | null;
}

function testCallOf(source: ParsedSource, node: SyntaxNode, runners: ReadonlySet<string>): TestCall | null {
  const written = asNode(node['callee']);
  const [callee, ...others] = written ? branchesOf(written) : [];
  if (!callee) return null;
  const chain = chainOf(callee);
  const root = identifierName(chain.root) ?? '';
  const isParent = PARENTS.has(root) || runners.has(root);
  const isChild = isParent && ['test', 'it', 'describe'].includes(chain.names[0] ?? '');
  const kind =
    SUITES.has(root) || chain.names.includes('describe')
      ? 'suite'
      : TESTS.has(root) || isChild || isDirect(runners, root, chain.names)
        ? 'test'
        : null;
  if (kind === null) return null;
  const modifiers = [root, ...chain.names, ...(others.length > 0 ? ['if'] : [])];
  const [first, ...rest] = asNodes(node['arguments']);
  const body = [first, ...rest].findLast((arg) => arg !== undefined && isFunction(arg)) ?? null;
  const isTodo = modifiers.includes('todo') || modifiers.includes('skip');
  const isTitle = first !== undefined && !isFunction(first) && first.type !== 'ArrayExpression';
  if (!body && !(isTodo && isTitle && isLiteral(first)) && !(rest.length > 0 && isLiteral(first ?? null)))
    return null;
  const title = isTitle ? titleOf(source, first) : '';
  const options = rest.find((arg) => arg.type === 'ObjectExpression') ?? null;
  return { kind, modifiers, title, body, options, rows: rowsOf(chain.calls) };
}

/** `tape('…')` and `api.skip('…')`, but no method that declares something else. */
function isDirect(runners: ReadonlySet<string>, root: string, names: readonly string[]): boolean {
  return runners.has(root) && names.every((name) => name === 'only' || SKIPPING.has(name));
}

/** `(condition ? describe : describe.skip)(…)` calls either. */
function branchesOf(callee: SyntaxNode): SyntaxNode[] {
  const inner = unwrapped(callee);
  if (inner?.type !== 'ConditionalExpression') return [callee];
  return [inner['consequent'], inner['alternate']].flatMap((each) => asNode(each) ?? []);
}

function titleOf(source: ParsedSource, node: SyntaxNode | undefined): string {
  if (!node) return '';
  return typeof node['value'] === 'string' ? node['value'] : sliceOf(source, node, 200);
}

function isFunction(node: SyntaxNode): boolean {
  return node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression';
}

/** Rows of `it.each([…])`. */
function rowsOf(calls: readonly SyntaxNode[]): number | null {
  const table = asNodes(calls[0]?.['arguments'])[0];
  return table?.type === 'ArrayExpression' ? asNodes(table['elements']).length : null;
}

interface Entered {
  readonly node: SyntaxNode;
  readonly call: TestCall;
  readonly context: Context;
  readonly cases: Mutable[];
  readonly reaching: ReadonlySet<string>;
}

function enter(
  source: ParsedSource,
  { node, call, context, cases, reaching }: Entered,
): [SyntaxNode, Context][] {
  const placed = context.condition !== null ? 'conditional' : context.isSwallowed ? 'always' : 'no';
  const skip = stronger(stronger(context.skip, placed), skipOf(source, call));
  const isOnly =
    call.modifiers.some(
      (name) => name === 'only' || name === 'fit' || name === 'fdescribe' || name === 'ftest',
    ) || hasOption(call.options, 'only');
  const titles = [...context.titles, call.title];
  const inner: Context = {
    ...context,
    titles,
    skip,
    isOnly: isOnly || context.isOnly,
    ...plain,
  };
  const content = call.body ? [call.body] : [];
  if (call.kind === 'suite') return content.map((each) => [each, inner]);
  const words = wordsIn(sliceOf(source, call.body, 10 * LONGEST_BODY));
  // A test within another may use what that one declares.
  const used = words.filter((word) => reaching.has(word));
  const test: Mutable = {
    name: titles.join(' > '),
    titles,
    title: call.title,
    line: source.lineOf(node.start),
    skip,
    isOnly: inner.isOnly,
    assertions: [],
    body: sliceOf(source, call.body, LONGEST_BODY),
    isEmpty: call.body !== null && isEmptyBody(call.body),
    rows: call.rows,
    uses: used.length === 0 && context.test ? null : used,
    isParent: false,
  };
  if (context.test) context.test.isParent = true;
  cases.push(test);
  return content.map((each) => [each, { ...inner, test }]);
}

function skipOf(source: ParsedSource, { modifiers, options }: TestCall): Skip {
  if (modifiers.some((name) => CONDITIONAL.has(name))) return 'conditional';
  if (modifiers.some((name) => SKIPPING.has(name) || /^x(?:it|test|describe|specify|context)$/.test(name)))
    return 'always';
  const given = ['skip', 'todo'].map((name) => optionOf(options, name)).find((value) => value !== null);
  if (!given) return 'no';
  const text = sliceOf(source, given, 60);
  if (text === 'false' || text === 'undefined') return 'no';
  return isLiteral(given) ? 'always' : 'conditional';
}

function optionOf(options: SyntaxNode | null, name: string): SyntaxNode | null {
  const property = asNodes(options?.['properties']).find(
    (each) => identifierName(asNode(each['key'])) === name,
  );
  return property ? asNode(property['value']) : null;
}

function hasOption(options: SyntaxNode | null, name: string): boolean {
  return optionOf(options, name)?.['value'] === true;
}

function isEmptyBody(node: SyntaxNode): boolean {
  const body = asNode(node['body']);
  return body?.type === 'BlockStatement' && asNodes(body['body']).length === 0;
}

/** `this.skip()`, `t.skip()`, `context.skip()`, and Playwright's `test.skip()`. */
function isSkipCall(node: SyntaxNode): boolean {
  if (node.type !== 'CallExpression') return false;
  const callee = asNode(node['callee']);
  if (callee?.type !== 'MemberExpression') return identifierName(callee) === 'pending';
  const chain = chainOf(callee);
  const name = chain.names.at(-1);
  return (
    chain.names.length === 1 &&
    (name === 'skip' || name === 'fixme' || name === 'todo') &&
    chain.calls.length === 0
  );
}

function stronger(a: Skip, b: Skip): Skip {
  return a === 'always' || b === 'always'
    ? 'always'
    : a === 'conditional' || b === 'conditional'
      ? 'conditional'
      : 'no';
}

function assertionAt(
  source: ParsedSource,
  node: SyntaxNode,
  { context, counted }: { context: Context; counted: Set<SyntaxNode> },
): Assertion | null {
  if (node.type !== 'CallExpression' && node.type !== 'MemberExpression') return null;
  const found = readAssertion(source, node);
  if (!found) return null;
  counted.add(node);
  for (const part of found.parts) counted.add(part);
  for (
    let inner = asNode(node['callee'] ?? node['object']);
    inner;
    inner = asNode(inner['callee'] ?? inner['object'])
  )
    counted.add(inner);
  const { subject, matcher, expected, strength } = found;
  const isSwallowed = found.isSwallowed || context.isSwallowed;
  return {
    text: sliceOf(source, node),
    subject,
    matcher,
    expected,
    strength,
    line: source.lineOf(node.start),
    isSwallowed,
    condition: context.condition,
    isDropped: context.isDropped || (found.isLater && context.isStatement),
  };
}
