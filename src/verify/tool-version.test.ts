import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { toolVersionOf } from './tool-version.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function checkout(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'runyard-test-tool-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), join(root, path));
    else writeFileSync(join(root, path), text);
  }
  return root;
}

const version = (root: string, ...argv: string[]) =>
  toolVersionOf(
    { name: 'x', kind: 'test', argv, timeoutMs: 1, source: 'x' },
    { checkout: root, cwd: root, environment: process.env },
  );
const installed = {
  'package.json': '{"scripts":{"test":"runner --all","lint":"a && b"}}',
  'node_modules/.bin/runner': '-> ../@scope/runner/bin/run.js',
  'node_modules/@scope/runner/bin/run.js': '',
  'node_modules/@scope/runner/package.json': '{"name":"@scope/runner","version":"4.1.2"}',
};

describe('X2: what a tool calls itself', () => {
  it('is read from its package, also behind a script', async () => {
    const root = checkout(installed);
    expect(await version(root, 'runner')).toBe('@scope/runner 4.1.2');
    expect(await version(root, 'npm', 'test')).toBe('@scope/runner 4.1.2');
  });

  it('is the program of the machine where the repository brings none', async () => {
    expect(await version(checkout({}), 'node', '--test')).toMatch(/^node v\d+\./);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['leads out of the checkout', { 'node_modules/.bin/runner': '-> /usr/bin/env' }],
    ['is no program of a package', { 'node_modules/.bin/runner': '#!/bin/sh' }],
    ['has a package.json that is no JSON', { ...installed, 'node_modules/@scope/runner/package.json': '{' }],
    [
      'has a package.json that is a link',
      { ...installed, 'node_modules/@scope/runner/package.json': '-> /etc/hostname' },
    ],
  ])('is not told of one that %s', async (_name, files) => {
    expect(await version(checkout(files), 'runner')).toBeNull();
  });
});
