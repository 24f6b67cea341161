import { describe, expect, it } from 'vitest';
import { withoutRunnerPrefixes } from './runner-prefix.ts';

const output = [
  'src/a.ts(1,2): error TS2304: Cannot find name',
  '',
  'src/b.ts(3,4): error TS2322: Type',
  'done',
];

describe('V4: prefixes of runners', () => {
  it.each([
    ['turbo', (line: string) => `@acme/web:build: ${line}`],
    ['pnpm', (line: string) => `packages/web build: ${line}`],
    ['docker compose', (line: string) => `web-1  | ${line}`],
    ['a docker build', (line: string) => `#12 3.417 ${line}`],
    ['GitHub Actions', (line: string) => `2026-11-20T10:00:02.1234567Z ${line}`],
    ['Vercel', (line: string) => `[10:14:22.120] ${line}`],
  ])('of %s are taken off', (_name, prefix) => {
    expect(withoutRunnerPrefixes(output.map(prefix))).toEqual(output);
  });

  it.each([
    [
      'messages that begin alike',
      ['error TS5023: Unknown a', 'error TS5023: Unknown b', 'error TS5023: Unknown c'],
    ],
    ['places', ['src/a.py:3: in f', 'src/a.py:4: in g', 'src/a.py:5: in h']],
    ['marks of prettier', ['[warn] a.ts', '[warn] b.ts', '[warn] c.ts']],
    ['words of git', ['remote: error: a', 'remote: error: b', 'remote: error: c']],
    ['npm', ['npm error code E404', 'npm error 404 a', 'npm error 404 b']],
  ])('are not seen in %s', (_name, lines) => {
    expect(withoutRunnerPrefixes(lines)).toEqual(lines);
  });

  it('of a docker step that printed one line are taken off, though docker said more', () => {
    const own = ['#11 [build 5/6] RUN npm run build', 'ERROR: failed to solve', 'Dockerfile:9', '------'];
    expect(withoutRunnerPrefixes(['#11 0.300 src/a.ts(1,2): error TS2304: x', ...own])).toEqual([
      'src/a.ts(1,2): error TS2304: x',
      ...own,
    ]);
  });
});
