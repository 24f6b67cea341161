import {
  asNode,
  asNodes,
  childNodes,
  identifierName,
  type ParsedSource,
  propertyName,
  type SyntaxNode,
  sliceOf,
  textOf,
} from '../syntax.ts';
import { frameworkNames, isBuiltInMatcher, isFramework } from './frameworks.ts';
import { type Bindings, bindingsOf } from './js-bindings.ts';
import { chainOf } from './js-calls.ts';
import { ASSERT_METHODS } from './js-words.ts';

export interface Patch {
  readonly text: string;
  readonly line: number;
}

/** Where a file puts something else in place of what a test framework does: `assert.equal = …`, `expect.extend({ toBe })`. */
export function patchesIn(source: ParsedSource): Patch[] {
  const bindings = bindingsOf(source);
  const found: Patch[] = [];
  const pending = [source.program];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (replacesMember(node, bindings))
      found.push({ text: sliceOf(source, node, 200), line: source.lineOf(node.start) });
    pending.push(...childNodes(node));
  }
  return found;
}

function replacesMember(node: SyntaxNode, bindings: Bindings): boolean {
  if (node.type === 'AssignmentExpression') return isAssigned(node, bindings);
  if (node.type !== 'CallExpression') return false;
  const callee = asNode(node['callee']);
  const name = callee?.type === 'MemberExpression' ? propertyName(callee) : '';
  const [first, second] = asNodes(node['arguments']);
  if (!callee || !first) return false;
  if (name === 'extend' && rootOf(callee, bindings) === 'expect')
    return asNodes(first['properties']).some((property) => isBuiltInMatcher(keyOf(property)));
  if (!CHANGES_A_MEMBER.has(name) || rootOf(first, bindings) === null) return false;
  if (name === 'assign') return asNodes(second?.['properties']).some((property) => decides(keyOf(property)));
  return decides(textOf(second?.['value']));
}

const CHANGES_A_MEMBER = new Set([
  ...['assign', 'defineProperty', 'set', 'spyOn', 'method', 'stub', 'replace', 'overwriteMethod'],
]);

function keyOf(property: SyntaxNode): string {
  const key = asNode(property['key']);
  return identifierName(key) ?? textOf(key?.['value']);
}

function isAssigned(node: SyntaxNode, bindings: Bindings): boolean {
  const target = asNode(node['left']);
  if (target?.type !== 'MemberExpression') return false;
  const { root, names } = chainOf(target);
  const name = identifierName(root) ?? '';
  const last = names.at(-1) ?? '';
  // `toBe` compares by it.
  if (name === 'Object' && last === 'is' && names.length === 1) return true;
  if ((name === 'globalThis' || name === 'global') && names.length === 1)
    return frameworkNames.has(last) && isFunction(asNode(node['right']));
  return rootOf(target, bindings) !== null && decides(last);
}

function decides(method: string): boolean {
  return (
    ASSERT_METHODS.has(method.toLowerCase()) ||
    isBuiltInMatcher(method) ||
    frameworkNames.has(method) ||
    method === 'extend' ||
    method === 'skip' ||
    method === 'only'
  );
}

function isFunction(node: SyntaxNode | null): boolean {
  return node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression';
}

/** Others are names of parameters as well. */
const GLOBALS = new Set(['assert', 'chai', 'describe', 'expect', 'it']);

/** The framework's name for what a chain begins with; null: it is nothing of a framework. */
function rootOf(node: SyntaxNode, bindings: Bindings): string | null {
  const { root, calls } = chainOf(node);
  const name = identifierName(root);
  if (name === null || calls.some((call) => call === node)) return null;
  const binding = bindings.get(name);
  if (!binding) return GLOBALS.has(name) ? name : null;
  if (binding.module === null || !isFramework(binding.module)) return null;
  return binding.imported === '' ? name : binding.imported;
}
