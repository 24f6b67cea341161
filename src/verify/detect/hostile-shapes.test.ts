import { describe, expect, it } from 'vitest';
import { detectChecks } from './detect-checks.ts';
import { repositoryFilesOf } from './repository-files.ts';

const long = (text: string) => text.repeat(Math.floor(1_000_000 / text.length));
const scripts = Object.fromEntries(
  Array.from({ length: 5000 }, (_, index) => [
    `s${index}`,
    `run-s ${'s* '.repeat(20)} && npm run s${index + 1}`,
  ]),
);
const pattern = `{a,b}${'**/'.repeat(40)}*a*a*a*a*a*b`;
const folders = Array.from(
  { length: 1000 },
  (_, index) => `${'aaaaaaaaaa/'.repeat(10)}${index}/package.json`,
);
const each = Array.from({ length: 300 }, (_, index) => index);
const dependencies = Object.fromEntries(each.map((index) => [`n${index}`, '1']));

/** Every one of these took minutes with a careless expression or loop; the time limit of a test is the measure. */
const shapes: Readonly<Record<string, Readonly<Record<string, string | object>>>> = {
  'blank lines': {
    'requirements.txt': long('\n'),
    'setup.cfg': long(' \n'),
    'pyproject.toml': long('[tool.mypy]\n '),
    'go.work': long('\n '),
    'Cargo.toml': long('\n\t'),
    'x.py': '',
  },
  'words without an end': {
    'requirements.txt': long('a@ '),
    'setup.cfg': `[mypy]\n${long('files ')}`,
    'go.work': long('./'),
    'Cargo.toml': long('['),
    'tox.ini': long('pytes '),
    'x.py': '',
  },
  'scripts that call each other': {
    'package.json': { scripts: { ...scripts, test: 'npm run s0', check: 'run-p s*' } },
  },
  'scripts of a megabyte': {
    'package.json': {
      scripts: { test: long('a && '), lint: long('"\\'), build: long('-w '), format: long("' ") },
    },
  },
  'entries of a megabyte': {
    'package.json': { main: long('a'), exports: { a: long('a/') }, bin: long('*') },
  },
  'patterns of stars': {
    'package.json': { workspaces: each.slice(0, 200).map(() => pattern) },
    ...Object.fromEntries(folders.map((file) => [file, {}])),
  },
  'packages that all use each other': {
    'package.json': { workspaces: ['p/*'] },
    ...Object.fromEntries(
      each.map((index) => [
        `p/${index}/package.json`,
        { name: `n${index}`, main: 'd/x.js', scripts: { test: 'x', build: 'y' }, dependencies },
      ]),
    ),
  },
  'references of a megabyte': {
    'package.json': { workspaces: ['p'] },
    'p/package.json': {},
    'p/tsconfig.json': { references: [{ path: long('a') }, { path: long('../') }] },
  },
};

describe('a repository that is made to be slow to read', () => {
  it.each(Object.entries(shapes))('V1: %s', (_, files) => {
    const texts = Object.entries(files).map(
      ([path, text]) => [path, typeof text === 'string' ? text : JSON.stringify(text)] as const,
    );
    const options = { timeoutMs: 1000, hasExecutable: () => true, changedFiles: ['p/3/x.ts'] };
    expect(detectChecks(repositoryFilesOf(new Map(texts)), options).broken).toBeNull();
  });

  it.each([
    '{ "scripts": { "__proto__": "x", "constructor": "npm run toString", "test": "npm run constructor" } }',
    '{ "scripts": { "__proto__": 1, "constructor": "npm run toString", "test": "npm run constructor" } }',
  ])('V1: names that mean something to an object: %s', (manifest) => {
    const found = detectChecks(repositoryFilesOf(new Map([['package.json', manifest]])), {
      timeoutMs: 1000,
      hasExecutable: () => true,
    });
    expect(found.checks.map(({ argv }) => argv.join(' '))).toEqual(['', 'npm test']);
  });
});
