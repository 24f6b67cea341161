import type { GuardWeight } from '../../../domain/guard-policy.ts';
import {
  asNode,
  asNodes,
  childNodes,
  identifierName,
  type ParsedSource,
  type SyntaxNode,
  sliceOf,
} from '../syntax.ts';
import { isFramework, runsTests } from './frameworks.ts';
import { bindingsOf } from './js-bindings.ts';
import { chainOf } from './js-calls.ts';

export interface Mark {
  readonly what: string;
  readonly weight: GuardWeight;
  readonly text: string;
  readonly line: number;
}

/** Places of a test file that make its tests pass whatever they find. Programs that tests start are none: they may end as they like. */
export function marksIn(source: ParsedSource): Mark[] {
  if (!isOfTests(source)) return [];
  const found: Mark[] = [];
  const pending = [source.program];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const mark = markOf(source, node);
    if (mark) found.push({ ...mark, text: sliceOf(source, node, 200), line: source.lineOf(node.start) });
    pending.push(...childNodes(node));
  }
  return found.toSorted((a, b) => a.line - b.line);
}

function isOfTests(source: ParsedSource): boolean {
  const isImported = [...bindingsOf(source).values()].some(
    ({ module }) => module !== null && isFramework(module),
  );
  return isImported || runsTests(source.text);
}

type Found = Pick<Mark, 'what' | 'weight'>;
const RETRIES: Found = { what: 'tests are tried again until they pass', weight: 'doubtful' };
const ENDS_WELL: Found = {
  what: 'the process of the tests ends with success, whatever they find',
  weight: 'certain',
};
const EQUALITY: Found = { what: 'what counts as equal is changed', weight: 'doubtful' };

function markOf(source: ParsedSource, node: SyntaxNode): Found | null {
  if (node.type === 'Property') {
    const name = identifierName(asNode(node['key'])) ?? '';
    const value = Number(asNode(node['value'])?.['value']);
    return /^(?:retry|retries)$/.test(name) && value > 0 && isOption(source, node) ? RETRIES : null;
  }
  return node.type === 'CallExpression' ? calledMark(source, node) : null;
}

/** An option of a test or of a suite, no setting of what is tested. */
function isOption(source: ParsedSource, node: SyntaxNode): boolean {
  const before = source.text.slice(Math.max(0, node.start - 300), node.start);
  return /\b(?:it|test|describe|suite)(?:\.\w+)*\s*\(\s*(?:'[^'\n]*'|"[^"\n]*"|`[^`\n]*`)\s*,\s*\{[^{}()]*$|\b(?:setConfig|configure)\(\s*\{[^{}()]*$/.test(
    before,
  );
}

function calledMark(source: ParsedSource, node: SyntaxNode): Found | null {
  const callee = asNode(node['callee']);
  const args = asNodes(node['arguments']);
  const { root, names } = chainOf(callee ?? node);
  const name = root.type === 'ThisExpression' ? 'this' : (identifierName(root) ?? '');
  const called = [name, ...names].join('.');
  if (/^(?:this|context|jest)\.(?:retries|retryTimes)$/.test(called))
    return Number(args[0]?.['value']) > 0 ? RETRIES : null;
  if (called === 'expect.addEqualityTesters') return EQUALITY;
  if (!/^process\.(?:on|once|prependListener|addListener)$/.test(called)) return null;
  if (!/^(?:exit|beforeExit)$/.test(String(args[0]?.['value']))) return null;
  const handler = sliceOf(source, args[1] ?? null, 2_000);
  return /\bexitCode\s*=\s*0|\b(?:exit|reallyExit)\(\s*0?\s*\)/.test(handler) ? ENDS_WELL : null;
}
