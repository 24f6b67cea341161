import {
  asNode,
  asNodes,
  childNodes,
  identifierName,
  type ParsedSource,
  type SyntaxNode,
} from '../syntax.ts';

/** Modules whose export, under whatever name a file gives it, declares tests. */
const RUNNERS =
  /^(?:node:test|test|(?:blue-)?tape(?:-[a-z-]+)?|@?tapjs\/\w+|tap|ava|uvu|zora|tapzero|brittle|baretest|supertape|@japa\/runner|vitest|@jest\/globals|mocha)$/;
const TEST_EXPORTS = new Set(['test', 'it', 'specify', 'default']);
/** A name for a suite that itself declares tests: `const api = suite('api')`. */
const SUITE_MAKERS = /^(?:suite|baretest)$/;

/** Names under which a file calls a runner's test function, where they are its own: `const tape = require('tape')`. */
export function runnerNames({ program }: ParsedSource): ReadonlySet<string> {
  const names = new Set<string>();
  // Some files declare their suite within the function that they export.
  const pending: SyntaxNode[] = [program];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'ImportDeclaration') addImported(node, names);
    else if (node.type === 'VariableDeclarator') addDeclared(node, names);
    pending.push(...childNodes(node));
  }
  return names;
}

function addImported(node: SyntaxNode, names: Set<string>): void {
  if (!RUNNERS.test(String(asNode(node['source'])?.['value']))) return;
  for (const specifier of asNodes(node['specifiers'])) {
    const local = identifierName(asNode(specifier['local']));
    const imported = asNode(specifier['imported']);
    if (local !== null && (!imported || TEST_EXPORTS.has(identifierName(imported) ?? ''))) names.add(local);
  }
}

function addDeclared(node: SyntaxNode, names: Set<string>): void {
  const name = asNode(node['id']);
  const value = asNode(node['init']);
  if (!name || !value) return;
  const local = identifierName(name);
  if (local !== null) {
    if (isRunner(value) || isSuite(value)) names.add(local);
    return;
  }
  if (name.type !== 'ObjectPattern' || !isRunner(value)) return;
  for (const property of asNodes(name['properties'])) {
    const key = identifierName(asNode(property['key']));
    const bound = identifierName(asNode(property['value']));
    if (bound !== null && TEST_EXPORTS.has(key ?? '')) names.add(bound);
  }
}

/** `require('tape')`, also with `.test` of it. */
function isRunner(value: SyntaxNode): boolean {
  if (value.type === 'MemberExpression') {
    const property = identifierName(asNode(value['property'])) ?? '';
    const object = asNode(value['object']);
    return TEST_EXPORTS.has(property) && object !== null && isRunner(object);
  }
  if (identifierName(asNode(value['callee'])) !== 'require') return false;
  return RUNNERS.test(String(asNodes(value['arguments'])[0]?.['value']));
}

function isSuite(value: SyntaxNode): boolean {
  return value.type === 'CallExpression' && SUITE_MAKERS.test(identifierName(asNode(value['callee'])) ?? '');
}
