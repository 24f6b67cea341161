import { join, relative } from 'node:path';
import type { Diagnostic } from '../../domain/verdict.ts';
import { readSourceModule } from '../imports/source-module.ts';
import type { Project } from './project.ts';
import { quoteLine, safePath } from './words.ts';

const ASSERTION = /\b(?:expect|assert\w*|should|ok|equal|is|deepEqual|t\.\w+)\b/;
const MOST_LINES_AROUND = 12;

/** The expected and received pair, the assertion's line, and what it calls, with the module that comes from. */
export function testFailureFacts({ file, line, message }: Diagnostic, project: Project): string | null {
  const pair = pairOf(message);
  const facts = pair ? [`Expected ${quoteLine(pair.expected)}, received ${quoteLine(pair.received)}.`] : [];
  const text = file ? project.readText(file) : null;
  if (file && text !== null && line !== null) {
    const assertion = assertionAt(text, line);
    if (assertion) {
      facts.push(`The assertion (line ${assertion.line}): ${quoteLine(assertion.text, 160)}.`);
      const called = calledIn(assertion.text, { file, text, project });
      if (called) facts.push(called);
    }
  }
  return facts.length > 0 ? facts.join(' ') : null;
}

interface Pair {
  readonly expected: string;
  readonly received: string;
}

/** Values of the messages of jest, vitest and chai, node:assert and pytest; null: the message has no such pair. */
export function pairOf(message: string): Pair | null {
  const text = message.slice(0, 1_500);
  const expected = /^\s*Expected(?: \w+)?:\s(.{1,400})$/m.exec(text)?.[1];
  const received = /^\s*Received(?: \w+)?:\s(.{1,400})$/m.exec(text)?.[1];
  if (expected !== undefined && received !== undefined) return { expected, received };
  const chai =
    /\bexpected (.{1,200}?) to (?:not )?(?:be|deeply equal|strictly equal|equal|eql|loosely equal|match|include|contain|have (?:a |an )?(?:length|property)(?: of)?)(?: deeply equal(?: to)?| exactly)? (.{1,200}?)(?: \/\/ .*| but got (.{1,100}))?$/m.exec(
      text,
    );
  if (chai) {
    const [, first = '', second = '', got] = chai;
    const negated = /\bto not /.test(chai[0]) ? 'not ' : '';
    return { expected: `${negated}${second}`, received: got ?? first };
  }
  const node = /^(?:.{0,200}: )?\s*(\S.{0,150}?) (?:!==|!=) (\S.{0,150})$/m.exec(text);
  if (node) return { expected: node[2] ?? '', received: node[1] ?? '' };
  const python = /\bassert (.{1,150}?) == (.{1,150})$/m.exec(text);
  return python ? { expected: python[2] ?? '', received: python[1] ?? '' } : null;
}

/** The line itself if it asserts, else the nearest one after it that does: some runners name the line of the test. */
function assertionAt(text: string, line: number): { readonly line: number; readonly text: string } | null {
  const lines = text.split('\n');
  for (let at = line; at < line + MOST_LINES_AROUND && at <= lines.length; at += 1) {
    const found = lines[at - 1] ?? '';
    if (at > line && /^\s*(?:it|test|describe)\s*\(/.test(found)) return null;
    // A test on one line: what stands before its body is its name.
    const body = found.slice(Math.max(0, found.indexOf('=>')));
    const isHead = /^\s*(?:it|test|describe|import)\b/.test(found);
    if (ASSERTION.test(isHead ? body : found) && (!isHead || found.includes('=>')))
      return { line: at, text: found };
  }
  return null;
}

const NOT_UNDER_TEST = new Set([
  'expect',
  'assert',
  'await',
  'it',
  'test',
  'equal',
  'deepEqual',
  'strictEqual',
  'ok',
]);

/** `expect(sum(1, 2))`: the first name called that the test imports. */
function calledIn(
  assertion: string,
  { file, text, project }: { file: string; text: string; project: Project },
): string | null {
  const names = [...assertion.slice(0, 400).matchAll(/([A-Za-z_$][\w$]{0,79})\s*(?:\(|\.)/g)].map(
    (match) => match[1] ?? '',
  );
  const path = join(project.root, file);
  const { imports } = readSourceModule(path, text);
  for (const name of names) {
    if (NOT_UNDER_TEST.has(name)) continue;
    const use = imports.find((one) => one.names.includes(name) && one.specifier.startsWith('.'));
    if (!use) continue;
    const target = project.resolver().resolve(path, use.specifier);
    const shown =
      target.kind === 'found' && target.file ? safePath(relative(project.root, target.file)) : null;
    return `Under test: ${name}${shown && !shown.startsWith('..') ? ` of ${shown}` : ''}.`;
  }
  return null;
}
