import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkImports } from './imports-check.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function check(files: Readonly<Record<string, string>>, changed: readonly string[]) {
  const root = await mkdtemp(join(tmpdir(), 'runyard-imports-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return checkImports({ root, files: changed }).diagnostics.map(
    ({ category, severity, line, symbol }) => `${severity} ${category} ${line} ${symbol}`,
  );
}

const installed = {
  'node_modules/there/package.json': '{"name":"there","exports":{".":"./i.js","./sub":"./i.js"}}',
  'node_modules/there/i.js': 'export const a = 1;',
};

describe('V1: imports of changed files', () => {
  it('that resolve are silent: extensions, folders, aliases, exports, builtins, queries, types', async () => {
    const found = await check(
      {
        ...installed,
        'package.json': '{"name":"self","imports":{"#lib/*":"./src/lib/*.ts"}}',
        'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } /* x */ }',
        'src/lib/deep.ts': 'export const deep = 1; export default 2; export type T = 1;',
        'src/lib/index.ts': "export * from './deep.js'; export { deep as again } from './deep';",
        'src/icon.svg': '<svg/>',
        'node_modules/@types/only-types/index.d.ts': 'export type X = 1;',
        'src/a.ts': `
import d, { deep, type T } from './lib/deep.js';
import { again } from './lib';
import * as all from '@/lib/deep';
import { deep as viaHash } from '#lib/deep';
import fs from 'node:fs'; import path from 'path/posix';
import { a } from 'there'; import 'there/sub';
import type { X } from 'only-types';
import icon from './icon.svg?raw';
import virtual from 'virtual:thing';
import out from '../dist/made.js';
const optional = await import('perhaps-not-installed');`,
      },
      ['src/a.ts'],
    );
    expect(found).toEqual([]);
  });

  it('of paths, packages and names that do not exist are errors, each with its line', async () => {
    const found = await check(
      {
        ...installed,
        'src/b.ts': 'export const real = 1;',
        'src/a.ts':
          "import { real, unreal } from './b.js';\nimport x from './gone.js';\nimport y from 'never-installed';\nimport z from './b.js';\nexport { nothing } from './b';\nawait import('./lost.js');",
      },
      ['src/a.ts'],
    );
    expect(found).toEqual([
      'error missing_export 1 unreal',
      'error import_resolution 2 ./gone.js',
      'error missing_dependency 3 never-installed',
      'error missing_export 4 default',
      'error missing_export 5 nothing',
      'error import_resolution 6 ./lost.js',
    ]);
  });

  it('in scripts are those of require, but not where a try allows them to fail', async () => {
    const text = "const a = require('./gone');\ntry { require('./maybe'); } catch {}";
    expect(await check({ 'a.cjs': text }, ['a.cjs'])).toEqual(['error import_resolution 1 ./gone']);
  });

  it('with deep relative paths are a warning', async () => {
    const files = { 'top.ts': 'export const t = 1;', 'a/b/c/d.ts': "import { t } from '../../../top.js';" };
    expect(await check(files, ['a/b/c/d.ts'])).toEqual(['warning import_resolution 1 ../../../top.js']);
  });

  it('cannot be read where the syntax is broken, which is an error of its own', async () => {
    expect(await check({ 'a.ts': 'const a = ;\n' }, ['a.ts'])).toEqual(['error syntax_error 1 null']);
    expect(await check({ 'a.js': 'const a = <div/>;' }, ['a.js'])).toEqual([]);
  });

  it('are not judged where nobody but a bundler or a generator knows', async () => {
    const files = {
      ...installed,
      'components/button.ts': 'export const b = 1;',
      'fixtures/broken.ts': "import './nowhere';",
      'src/a.ts':
        "import { b } from 'components/button'; import g from './generated/client'; import s from './x.d.ts';",
      'src/x.d.ts': 'declare const s: string; export = s;',
    };
    expect(await check(files, ['src/a.ts', 'fixtures/broken.ts'])).toEqual([]);
  });

  it('of packages are not judged where no packages are installed', async () => {
    expect(await check({ 'a.ts': "import x from 'anything';" }, ['a.ts'])).toEqual([]);
  });
});
