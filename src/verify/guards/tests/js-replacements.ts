import { join } from 'node:path/posix';
import { lineChanges } from '../lines.ts';
import { folderOf } from '../paths.ts';
import {
  asNode,
  asNodes,
  childNodes,
  identifierName,
  isLiteral,
  type ParsedSource,
  parseSource,
  type SyntaxNode,
  sliceOf,
} from '../syntax.ts';
import type { Change, ChangedItem, Suspicion } from '../types.ts';
import { frameworkNames, isFramework } from './frameworks.ts';
import { type Binding, type Bindings, bindingsOf, isOwnModule } from './js-bindings.ts';
import { chainOf } from './js-calls.ts';

export interface Replacement {
  readonly name: string;
  readonly weight: Suspicion['weight'];
  readonly text: string;
  readonly line: number;
}

/** Names of the framework that a test file declares itself, or takes from a file, and did not before. */
export function replacementsIn(item: ChangedItem, change: Change): Replacement[] {
  if (item.before === null || item.after === null) return [];
  const added = lineChanges(item)
    .added.map(({ text }) => text)
    .join('\n');
  // Of an import over several lines, the one with the name need not be new.
  const text = /\b(?:import|from|require)\b/.test(added) ? item.after : added;
  const names = [...frameworkNames].filter((name) => mayBind(name, text));
  if (names.length === 0) return [];
  const before = parseSource(item.oldPath ?? item.path, item.before);
  const after = parseSource(item.path, item.after);
  if (!before || !after) return [];
  return names.flatMap((name) => {
    const binding = bindingsOf(after).get(name);
    if (!binding || !isCalledAsFramework(after, name) || !wasTheFrameworks(before, name)) return [];
    const weight = binding.module === null ? weightOf(after, binding) : weightOfImport(binding, item, change);
    if (weight === null) return [];
    return [
      { name, weight, text: sliceOf(after, binding.node, 200), line: after.lineOf(binding.node.start) },
    ];
  });
}

/** A look at the text, as most files need no more. */
function mayBind(name: string, text: string): boolean {
  return new RegExp(`\\b(?:const|let|var|function\\*?|class|import)\\b[^;=()]{0,300}\\b${name}\\b`).test(
    text,
  );
}

function wasTheFrameworks(before: ParsedSource, name: string): boolean {
  const binding = bindingsOf(before).get(name);
  if (binding) return binding.module !== null && !isOwnModule(binding.module);
  return isCalledAsFramework(before, name);
}

/** `it('does', () => …)`, `expect(x)`: other functions have the same names. */
function isCalledAsFramework(source: ParsedSource, name: string): boolean {
  const pending = [source.program];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const callee = node.type === 'CallExpression' ? asNode(node['callee']) : null;
    if (callee && identifierName(chainOf(callee).root) === name) {
      const args = asNodes(node['arguments']);
      if (name === 'expect' || name === 'assert' || name === 'chai') return true;
      if (args.some((each) => isFunctionLike(each)) && isLiteral(args[0] ?? null)) return true;
    }
    pending.push(...childNodes(node));
  }
  return false;
}

const SWITCHES_OFF = /^(?:skip|todo|fixme|fails|failing|skipIf|runIf)$/;
const MOST_STEPS = 5;

/** null: what it is declared as comes from the framework. */
function weightOf(source: ParsedSource, binding: Binding): Suspicion['weight'] | null {
  const bindings = bindingsOf(source);
  let value = binding.value;
  for (let step = 0; value && step < MOST_STEPS; step += 1) {
    if (isFunctionLike(value)) return callsFramework(source, value, bindings) ? 'doubtful' : 'certain';
    if (value.type === 'ObjectExpression' || value.type === 'NewExpression') return 'certain';
    const { root, names } = chainOf(value);
    if (names.some((name) => SWITCHES_OFF.test(name))) return 'certain';
    const name = identifierName(root);
    if (name === null) return 'doubtful';
    const next = bindings.get(name);
    if (!next) return null;
    if (next.module !== null) return isOwnModule(next.module) ? 'doubtful' : null;
    if (next === binding) return 'doubtful';
    value = next.value;
  }
  return 'doubtful';
}

function isFunctionLike({ type }: SyntaxNode): boolean {
  return /^(?:ArrowFunctionExpression|FunctionExpression|FunctionDeclaration|ClassDeclaration)$/.test(type);
}

/** A function that hands on to the framework's: with a longer time-out, say. */
function callsFramework(source: ParsedSource, value: SyntaxNode, bindings: Bindings): boolean {
  const text = sliceOf(source, value, 4_000);
  return [...bindings.values()].some(
    ({ name, module }) =>
      module !== null && isFramework(module) && new RegExp(`\\b${name}\\b\\s*[.(]`).test(text),
  );
}

/** A file that adds to a framework's functions and hands them on is ordinary; so is one that could be looked at before. */
function weightOfImport(
  { module, name, imported }: Binding,
  item: ChangedItem,
  { items }: Change,
): Suspicion['weight'] | null {
  if (module === null || !isOwnModule(module)) return null;
  const target = join(folderOf(item.path), module).replace(/\.[cm]?[jt]sx?$/, '');
  const file = items.find(({ path }) => path.replace(/(?:\/index)?\.[cm]?[jt]sx?$/, '') === target);
  if (!file) return 'doubtful';
  const source = parseSource(file.path, file.after ?? '');
  if (!source) return 'doubtful';
  const wanted = imported === '' ? name : imported;
  const handsOn = new RegExp(
    `export\\s*(?:\\*|\\{[^}]{0,300}\\b${wanted}\\b[^}]{0,300}\\})\\s*from\\s*['"]([^'"]{1,100})['"]`,
  ).exec(source.text)?.[1];
  if (handsOn !== undefined && isFramework(handsOn)) return null;
  const own = bindingsOf(source).get(wanted);
  if (!own) return 'certain';
  if (own.module !== null) return isFramework(own.module) ? null : 'doubtful';
  return weightOf(source, own);
}
