import {
  asNode,
  asNodes,
  identifierName,
  isLiteral,
  type ParsedSource,
  propertyName,
  type SyntaxNode,
  sliceOf,
  unwrapped,
} from '../syntax.ts';
import { ANYWHERE, ASSERT_METHODS, ASSERT_ROOTS, BARE, EXPECT, READS_WELL } from './js-words.ts';
import type { Strength } from './model.ts';
import { type Comparison, strengthOf } from './strength.ts';

/** `a.b(1).c.d(2)`: where it begins and the names that follow. */
export interface Chain {
  readonly root: SyntaxNode;
  readonly names: readonly string[];
  /** The innermost call, `a(…)` of `a(…).b`; null: it begins with no call. */
  readonly rootCall: SyntaxNode | null;
  /** Calls and tagged templates on the way, the outermost first. */
  readonly calls: readonly SyntaxNode[];
}

const LONGEST_CHAIN = 60;

export function chainOf(from: SyntaxNode): Chain {
  const names: string[] = [];
  const calls: SyntaxNode[] = [];
  let root = from;
  let rootCall: SyntaxNode | null = null;
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    const current = unwrapped(root) ?? root;
    if (current.type === 'CallExpression' || current.type === 'TaggedTemplateExpression') {
      calls.push(current);
      const callee = asNode(current['callee'] ?? current['tag']);
      if (!callee) break;
      rootCall = callee.type === 'Identifier' ? current : null;
      root = callee;
    } else if (current.type === 'MemberExpression') {
      names.unshift(propertyName(current));
      root = asNode(current['object']) ?? current;
      if (root === current) break;
      rootCall = null;
    } else {
      root = current;
      break;
    }
  }
  return { root, names, rootCall, calls };
}

export interface FoundAssertion extends Comparison {
  readonly strength: Strength;
  readonly isSwallowed: boolean;
  /** It gives a promise. */
  readonly isLater: boolean;
  /** Calls that belong to it and are no assertions of their own. */
  readonly parts: readonly SyntaxNode[];
}

const HELPER = /^(?:assert|expect|verify|check|should)[A-Z_]/;

const COMPARES = /^assert(?:Equals?|StrictEquals?|NotEquals?|DeepEquals?|Exists|Match|True|False|Same)$/;

/** Reads a call, or the property of a chai chain, as an assertion; null where it is none. */
export function readAssertion(source: ParsedSource, node: SyntaxNode): FoundAssertion | null {
  const chain = chainOf(node);
  const rootName = identifierName(chain.root);
  if (rootName !== null && EXPECT.has(rootName) && chain.calls.length > 0)
    return expectation(source, node, chain);
  if (node.type !== 'CallExpression') return null;
  if (chain.names.at(-1) === 'expect' && rootName !== 'expect') return requestExpectation(source, node);
  if (chain.names.includes('should')) return shouldAssertion(source, node, chain);
  return assertCall(source, { node, chain, rootName });
}

function expectation(source: ParsedSource, node: SyntaxNode, { names, calls }: Chain): FoundAssertion | null {
  const inner = calls.at(-1) ?? null;
  const callee = asNode(inner?.['callee']);
  // `expect.anything()` is an argument; `expect.soft(x)` begins an assertion.
  if (callee?.type === 'MemberExpression' && !/^(?:soft|poll|element)$/.test(propertyName(callee)))
    return null;
  const subjectNode = asNodes(inner?.['arguments'])[0] ?? null;
  const named = names.filter((name) => !READS_WELL.has(name));
  if (named.length === 0 && calls.length < 2 && !names.some((name) => READS_WELL.has(name))) return null;
  const last = named.at(-1) ?? '';
  const caught = last === 'catch' || last === 'then';
  const outer = (caught ? calls[1] : calls[0]) ?? null;
  const args = outer && outer !== inner ? asNodes(outer['arguments']) : [];
  const isNegated = named.some((name) => name === 'not' || name === 'never');
  const matcher =
    named.findLast((name) => !['not', 'never', 'rejects', 'catch', 'then'].includes(name)) ?? last;
  const found = assertionOf(source, {
    matcher: `${isNegated ? 'not.' : ''}${matcher}`.toLowerCase(),
    subjectNode,
    expectedNodes: args,
    parts: calls,
    isSwallowed: last === 'catch',
  });
  const isNeverCalled = node.type === 'MemberExpression' && /^to[A-Z]/.test(last);
  const isLater = names.some((name) => /^(?:resolves|rejects|eventually|poll|toPass)$/.test(name));
  return { ...found, isLater, strength: isNeverCalled ? 0 : found.strength };
}

/** supertest: `request(app).get('/').expect(200)`. */
function requestExpectation(source: ParsedSource, node: SyntaxNode): FoundAssertion {
  return {
    ...assertionOf(source, {
      matcher: 'expect',
      subjectNode: null,
      expectedNodes: asNodes(node['arguments']),
      parts: [node],
    }),
    strength: 3,
  };
}

function shouldAssertion(
  source: ParsedSource,
  node: SyntaxNode,
  { names, root, calls }: Chain,
): FoundAssertion {
  const rest = names.slice(names.indexOf('should') + 1);
  const matcher = rest
    .filter((name) => !READS_WELL.has(name))
    .join('.')
    .toLowerCase();
  return assertionOf(source, {
    matcher,
    subjectNode: root,
    expectedNodes: asNodes(node['arguments']),
    parts: calls.slice(0, 1),
  });
}

function assertCall(
  source: ParsedSource,
  { node, chain, rootName }: { node: SyntaxNode; chain: Chain; rootName: string | null },
): FoundAssertion | null {
  if (rootName === null || chain.calls.length !== 1) return null;
  const [first, ...others] = asNodes(node['arguments']);
  if (chain.names.length === 0) {
    if (!BARE.has(rootName) && !HELPER.test(rootName)) return null;
    return assertionOf(source, {
      matcher: rootName.toLowerCase(),
      subjectNode: first ?? null,
      expectedNodes: others,
      parts: [node],
      isHelper: HELPER.test(rootName) && !COMPARES.test(rootName),
    });
  }
  const method = (chain.names.at(-1) ?? '').toLowerCase();
  const isRoot = ASSERT_ROOTS.has(rootName) || chain.names.includes('assert');
  if (
    method === 'plan' ||
    !(isRoot ? ASSERT_METHODS : ANYWHERE).has(method) ||
    (rootName === 'test' && chain.names.length === 1)
  )
    return null;
  return assertionOf(source, {
    matcher: method,
    subjectNode: first ?? null,
    expectedNodes: others,
    parts: [node],
  });
}

interface Parts {
  readonly matcher: string;
  readonly subjectNode: SyntaxNode | null;
  readonly expectedNodes: readonly SyntaxNode[];
  readonly parts: readonly SyntaxNode[];
  readonly isSwallowed?: boolean;
  /** A function of the tests' own, which looks at more than its arguments. */
  readonly isHelper?: boolean;
}

function assertionOf(
  source: ParsedSource,
  { matcher, subjectNode, expectedNodes, parts, isSwallowed = false, isHelper = false }: Parts,
): FoundAssertion {
  const subject = sliceOf(source, subjectNode);
  const expected = expectedNodes.map((node) => sliceOf(source, node)).join(', ');
  const isFixed = isLiteral(subjectNode) && expectedNodes.every(isLiteral);
  const first = sliceOf(source, expectedNodes[0] ?? null);
  const isItself =
    subject !== '' && subject === first && /equal|tobe$|^is$|same/.test(matcher) && !/[(]/.test(subject);
  const isMessageOnly =
    ['fail', 'iferror', 'error', 'snapshot', 'matchsnapshot', 'plan', 'pass'].includes(matcher) ||
    matcher.includes('.');
  const isConstant = (isFixed && subjectNode !== null && !isMessageOnly && !isHelper) || isItself;
  const comparison = { matcher, subject, expected, args: expectedNodes.length, isConstant };
  const strength = matcher === 'error' || matcher === 'iferror' ? 1 : strengthOf(comparison);
  const isLater = /^(?:rejects|doesnotreject|throwsasync|notthrowsasync)$/.test(matcher);
  return { ...comparison, strength, isSwallowed, isLater, parts };
}
