import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';

const of = (text: string) => classify({ text, exitCode: 1, tool: 'docker' });
const failed = 'ERROR: failed to build: failed to solve: ';
const shown = (line: number, text: string) =>
  `Dockerfile:${line}\n--------------------\n   1 |     FROM node:24\n   ${line} | >>> ${text}\n--------------------\n`;

describe('V4: what docker says of itself', () => {
  it.each([
    [
      `${failed}failed to read dockerfile: open Dockerfile.prod: no such file or directory`,
      'file_not_found',
      'Dockerfile.prod',
    ],
    [
      'unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /w/app/Dockerfile: no such file or directory',
      'file_not_found',
      'Dockerfile',
    ],
    [
      `${failed}failed to compute cache key: failed to calculate checksum of ref ab::cd: "/dist": not found`,
      'file_not_found',
      '/dist',
    ],
    [
      "Error response from daemon: pull access denied for team/app, repository does not exist or may require 'docker login': denied",
      'auth',
      'team/app',
    ],
    [
      'Error response from daemon: manifest for node:99 not found: manifest unknown: manifest unknown',
      'dependency_not_found',
      'node:99',
    ],
    [
      `${failed}node:99: failed to resolve source metadata for docker.io/library/node:99: docker.io/library/node:99: not found`,
      'dependency_not_found',
      'node:99',
    ],
    [
      'failed to register layer: write /usr/lib/x.so: no space left on device',
      'disk_full',
      'no space left on device',
    ],
    [
      'docker: Error response from daemon: Conflict. The container name "/db" is already in use by container "0a1b".',
      'config_error',
      'db',
    ],
    ['service "api" refers to undefined volume data: invalid compose project', 'config_error', 'api'],
    ['yaml: line 4: did not find expected key', 'config_error', 'line 4'],
    [
      '"docker build" requires exactly 1 argument.\nSee \'docker build --help\'.',
      'config_error',
      '"docker build"',
    ],
    [
      `${failed}process "/bin/sh -c npm run build" did not complete successfully: exit code: 3`,
      'build_error',
      'npm run build',
    ],
    ["The command '/bin/sh -c make' returned a non-zero code: 2", 'build_error', 'make'],
  ])('%s', (text, category, symbol) => {
    expect(of(text)).toMatchObject({ category, symbol, transient: false });
  });

  it('a memory limit during a step may be another one the next time', () => {
    const text = `${failed}process "/bin/sh -c npm run build" did not complete successfully: exit code: 137`;
    expect(of(text)).toMatchObject({ category: 'process_killed', symbol: 'npm run build', transient: true });
  });

  it('a Dockerfile that cannot be read is named with its line', () => {
    const text = `${shown(3, 'RUNN npm ci')}${failed}dockerfile parse error on line 3: unknown instruction: RUNN (did you mean RUN?)`;
    expect(of(text)).toMatchObject({ category: 'syntax_error', file: 'Dockerfile', line: 3, symbol: 'RUNN' });
    const legacy = 'Error response from daemon: dockerfile parse error line 3: unknown instruction: RUNN';
    expect(of(legacy)).toMatchObject({ category: 'syntax_error', file: null, line: 3, symbol: 'RUNN' });
  });

  it('what a step printed goes before that it failed', () => {
    const text = ` > [3/4] RUN npm ci:\n0.531 npm error code EUSAGE\n0.531 npm error\n0.531 npm error The \`npm ci\` command can only install with an existing package-lock.json or\n------\n${shown(3, 'RUN npm ci')}${failed}process "/bin/sh -c npm ci" did not complete successfully: exit code: 1`;
    expect(of(text)).toMatchObject({ category: 'lockfile_mismatch', symbol: 'EUSAGE' });
    const types = ` > [build 4/4] RUN npx tsc:\n1.204 src/a.ts(3,5): error TS2304: Cannot find name 'x'.\n------\n${failed}process "/bin/sh -c npx tsc" did not complete successfully: exit code: 2`;
    expect(of(types)).toMatchObject({ category: 'undefined_symbol', file: 'src/a.ts', line: 3, symbol: 'x' });
  });
});
