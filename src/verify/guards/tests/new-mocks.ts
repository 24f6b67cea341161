import { join } from 'node:path/posix';
import { lineChanges } from '../lines.ts';
import { belongsToTests, folderOf } from '../paths.ts';
import {
  asNode,
  asNodes,
  childNodes,
  type ParsedSource,
  parseSource,
  type SyntaxNode,
  sliceOf,
  textOf,
} from '../syntax.ts';
import type { Change, ChangedItem } from '../types.ts';
import { type Bindings, bindingsOf, isOwnModule } from './js-bindings.ts';
import { chainOf } from './js-calls.ts';
import type { Mark } from './js-marks.ts';
import { compareTests } from './match-tests.ts';

const MAY_MOCK = /\b(?:mock|doMock|unstable_mockModule|mockModule)\b/;
const MOCKS = /(?:^|\.)(?:mock|doMock|unstable_mockModule|mockModule|module)$/;

/** Modules of the repository that the file's tests used as they are, and that are replaced now. */
export function newMocks(item: ChangedItem, change: Change): Mark[] {
  if (item.before === null || item.after === null || !MAY_MOCK.test(item.after)) return [];
  const before = parseSource(item.oldPath ?? item.path, item.before);
  const after = parseSource(item.path, item.after);
  if (!before || !after) return [];
  const old = new Set(mocksIn(before).map(({ module }) => module));
  const used = new Set(
    compareTests(change).pairs.flatMap((pair) => (pair.file === item.path ? (pair.before.uses ?? []) : [])),
  );
  return mocksIn(after).flatMap(({ module, node }) => {
    const names = importedFrom(bindingsOf(before), module).filter((name) => used.has(name));
    if (old.has(module) || names.length === 0 || leavesAsTheyAre(sliceOf(after, node, 4_000), names))
      return [];
    return [
      {
        what: `a mock takes the place of what its tests test (${module})`,
        weight: 'doubtful' as const,
        text: sliceOf(after, node, 200),
        line: after.lineOf(node.start),
      },
    ];
  });
}

function importedFrom(bindings: Bindings, module: string): string[] {
  return [...bindings.values()].flatMap((binding) =>
    binding.module !== null && plain(binding.module) === plain(module) ? [binding.name] : [],
  );
}

function plain(module: string): string {
  return module.replace(/(?:\/index)?(?:\.[cm]?[jt]sx?)?$/, '');
}

/** A mock that hands on the rest of the module, and names none of what the tests use. */
function leavesAsTheyAre(text: string, names: readonly string[]): boolean {
  if (!/\b(?:importActual|importOriginal|requireActual|original|actual)\b/i.test(text)) return false;
  return !names.some((name) => new RegExp(`\\b${name.replaceAll('$', '\\$')}\\b\\s*[:,(]`).test(text));
}

function mocksIn(source: ParsedSource): { module: string; node: SyntaxNode }[] {
  const found: { module: string; node: SyntaxNode }[] = [];
  const pending = [source.program];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const callee = node.type === 'CallExpression' ? asNode(node['callee']) : null;
    if (callee?.type === 'MemberExpression' && MOCKS.test(chainOf(callee).names.join('.'))) {
      const first = asNodes(node['arguments'])[0];
      const named = first?.type === 'ImportExpression' ? asNode(first['source']) : first;
      const module = textOf(named?.['value']);
      if (isOwnModule(module)) found.push({ module, node });
    }
    pending.push(...childNodes(node));
  }
  return found;
}

const SPIES =
  /\b(?:spyOn|method|stub|replace)\(\s*[^,()]{1,80}(?:\([^()]{0,80}\))?\s*,\s*['"]([\w$]+)['"][^;]{0,40}\)(?:\.|,)/;
const GIVES = /mock(?:Return|Resolved|Rejected|Implementation)|returns\(|callsFake|resolves\(/;

/** A spy that answers in place of a function that the test used as it was. */
export function newAnswers(item: ChangedItem, change: Change): Mark[] {
  const { pairs } = compareTests(change);
  return pairs.flatMap(({ before, after, file }) => {
    if (file !== item.path || before.body === after.body || before.uses === null) return [];
    const spied = after.body.split(/;|\n/).find((part) => {
      const name = SPIES.exec(`${part};`)?.[1];
      return (
        name !== undefined && GIVES.test(part) && before.uses?.includes(name) && !before.body.includes(part)
      );
    });
    if (spied === undefined) return [];
    return [
      {
        what: `an answer of its own takes the place of what "${after.name}" tests`,
        weight: 'doubtful' as const,
        text: spied.trim(),
        line: after.line,
      },
    ];
  });
}

const TAKES_A_FILE = /(?:\bfrom|\brequire\(|\bimport\()\s*['"][.#/]/;

/** What tests took from the sources comes from a file beside the tests. */
export function newDoubles(item: ChangedItem): Mark[] {
  if (item.before === null || item.after === null) return [];
  if (!lineChanges(item).added.some(({ text }) => TAKES_A_FILE.test(text))) return [];
  const before = parseSource(item.oldPath ?? item.path, item.before);
  const after = parseSource(item.path, item.after);
  if (!before || !after) return [];
  const old = bindingsOf(before);
  return [...bindingsOf(after).values()].flatMap(({ name, module, node }) => {
    const was = old.get(name)?.module ?? null;
    if (was === null || module === null || was === module || !isOwnModule(was) || !isOwnModule(module))
      return [];
    const isOfTests = (path: string, target: string) => belongsToTests(`${join(folderOf(path), target)}.ts`);
    if (isOfTests(item.oldPath ?? item.path, was) || !isOfTests(item.path, module)) return [];
    return [
      {
        what: `"${name}" comes from ${module} and no longer from the sources`,
        weight: 'doubtful' as const,
        text: sliceOf(after, node, 200),
        line: after.lineOf(node.start),
      },
    ];
  });
}
