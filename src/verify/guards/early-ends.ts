import { evidenceOf, lineChanges } from './lines.ts';
import { isScript, isSource, isTestFile } from './paths.ts';
import {
  asNode,
  asNodes,
  childNodes,
  identifierName,
  type ParsedSource,
  parseSource,
  type SyntaxNode,
  sliceOf,
} from './syntax.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';

const HINT =
  'Take it out: a test run that ends with exit code 0 before its tests ran looks like one that passed.';
const MAY_END = /\bprocess\b.*\b(?:exit|reallyExit|exitCode)\b|\bDeno\.exit\b/;
/** Programs end themselves; nothing imports them. */
const PROGRAM =
  /(?:^|\/)(?:bin|scripts?|cli|tools?|examples?|bench\w*)(?:\/|\.)|(?:^|\/)(?:main|cli|server)\.[cm]?[jt]sx?$/;

/**
 * New code that ends the process as a success: anywhere in a test file, and in a source file where merely importing it does. A script
 * without a runner shows no count of its tests by which this could be seen.
 */
export function earlyEnds(change: Change): Suspicion[] {
  return change.items.flatMap((item) => {
    if (!isScript(item.path) || item.after === null) return [];
    const added = lineChanges(item).added.filter(({ text }) => MAY_END.test(text));
    if (added.length === 0) return [];
    const isTest = isTestFile(item.path);
    if (!isTest && (!isSource(item.path) || PROGRAM.test(item.path) || item.after.startsWith('#!')))
      return [];
    const source = parseSource(item.path, item.after);
    const lines = new Set(added.map(({ line }) => line));
    const found = source && endsIn(source, isTest).find((node) => lines.has(source.lineOf(node.start)));
    return source && found ? [suspicionOf(item, source, { node: found, isTest })] : [];
  });
}

function suspicionOf(
  { path }: ChangedItem,
  source: ParsedSource,
  { node, isTest }: { node: SyntaxNode; isTest: boolean },
): Suspicion {
  const when = isTest ? '' : ' as soon as it is imported';
  return {
    guard: 'weakened-tests',
    weight: 'doubtful',
    message: `${path} ends the process with exit code 0${when}.`,
    file: path,
    line: source.lineOf(node.start),
    evidence: evidenceOf([sliceOf(source, node)]),
    hint: HINT,
    identity: 'early-end',
  };
}

function endsIn({ program }: ParsedSource, isTest: boolean): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const pending: SyntaxNode[] = [program];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (isSuccess(node)) found.push(node);
    // What stands in a function of a source file happens when somebody calls it.
    if (isTest || !/Function|^MethodDefinition$/.test(node.type)) pending.push(...childNodes(node));
  }
  return found;
}

/** `process.exit()`, `process.exit(0)`, `process.exitCode = 0`. */
function isSuccess(node: SyntaxNode): boolean {
  if (node.type === 'AssignmentExpression')
    return isMember(asNode(node['left']), ['process'], ['exitCode']) && isZero(asNode(node['right']));
  if (node.type !== 'CallExpression') return false;
  const [code] = asNodes(node['arguments']);
  const isEnd = isMember(asNode(node['callee']), ['process', 'Deno'], ['exit', 'reallyExit']);
  return isEnd && (code === undefined || isZero(code));
}

function isZero(node: SyntaxNode | null): boolean {
  return node?.['value'] === 0;
}

function isMember(node: SyntaxNode | null, objects: readonly string[], names: readonly string[]): boolean {
  if (node?.type !== 'MemberExpression') return false;
  const object = identifierName(asNode(node['object'])) ?? '';
  return objects.includes(object) && names.includes(identifierName(asNode(node['property'])) ?? '');
}
