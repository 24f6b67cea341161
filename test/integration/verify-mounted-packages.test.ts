import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { detectOverlay, ownMountsArgv } from '../../src/git/overlay/detect-overlay.ts';
import { shell, write } from '../fixtures/git-helpers.ts';
import { makeFolder, removeFolder } from '../fixtures/process-helpers.ts';

const program = fileURLToPath(new URL('../fixtures/programs/mount-packages.ts', import.meta.url));
const folder = makeFolder();
const found = await detectOverlay({ wanted: 'auto', dataDir: folder });
let tests = 0;
let root: string;
let layer: string;

beforeEach(() => {
  tests += 1;
  root = join(folder, `root-${tests}`);
  layer = join(folder, `layer-${tests}`);
  write(join(root, 'checkout'), { 'index.js': 'checkout\n', 'packages/a/package.json': '{}\n' });
  write(join(layer, 'tree'), {
    'node_modules/x/index.js': 'x\n',
    'node_modules/y/index.js': 'y\n',
    'packages/a/node_modules/z/index.js': 'z\n',
  });
  writeFileSync(
    join(layer, 'layer.json'),
    JSON.stringify({ paths: ['node_modules', 'packages/a/node_modules'] }),
  );
});
afterAll(() => removeFolder(folder));

interface Answer {
  readonly isMounted: boolean;
  readonly said: readonly string[];
}

async function mounted(script: string, layers = [layer]): Promise<Answer> {
  const [file, ...args] = [...ownMountsArgv(), process.execPath, program];
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(`${JSON.stringify({ root, layers, script })}\n`);
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Answer;
  throw new Error('the program said nothing');
}

const contentOf = (of: string) =>
  shell(of, 'find . -printf "%p %m %s %T@ %y %n\\n" | sort; find . -type f | sort | xargs sha256sum');

describe.skipIf(found.strategy !== 'overlay')(`packages mounted into a checkout (${found.why})`, () => {
  it('are there beside its files, can be changed and removed, and the shared ones stay as they are', async () => {
    const before = contentOf(layer);
    const { isMounted, said } = await mounted(`
      cat index.js node_modules/x/index.js packages/a/node_modules/z/index.js
      echo changed > node_modules/x/index.js; echo changed >> index.js; cat node_modules/x/index.js
      rm -r node_modules/y packages/a/node_modules; mkdir packages/a/node_modules; ls node_modules packages/a/node_modules
      rm -rf node_modules; ls`);
    expect(isMounted).toBe(true);
    expect(said).toEqual([
      ...['checkout', 'x', 'z', 'changed'],
      ...['node_modules:', 'x', '', 'packages/a/node_modules:'],
      ...['index.js', 'packages'],
    ]);
    expect(contentOf(layer)).toBe(before);
  });

  it('come beneath a checkout that is mounted already, and leave it alone where they cannot', async () => {
    const other = join(folder, `other-${tests}`);
    write(join(other, 'tree'), { 'vendor/node_modules/v/index.js': 'v\n' });
    write(join(root, 'checkout'), { 'vendor/readme': 'vendor\n' });
    writeFileSync(join(other, 'layer.json'), JSON.stringify({ paths: ['vendor/node_modules'] }));
    const all = 'cat node_modules/x/index.js vendor/readme; ls vendor';
    expect(await mounted(all, [layer, other])).toEqual({
      isMounted: true,
      said: ['x', 'vendor', 'node_modules', 'readme'],
    });
    rmSync(join(other, 'tree'), { recursive: true });
    rmSync(root, { recursive: true });
    write(join(root, 'checkout'), { 'vendor/readme': 'vendor\n' });
    rmSync(join(layer, 'tree/packages'), { recursive: true });
    writeFileSync(join(layer, 'layer.json'), JSON.stringify({ paths: ['node_modules'] }));
    expect(await mounted(all, [layer, other])).toEqual({
      isMounted: false,
      said: ['x', 'vendor', 'readme'],
    });
  });

  it('are not mounted over what the checkout has in their place', async () => {
    write(join(root, 'checkout'), { 'node_modules/own/index.js': 'own\n' });
    expect(await mounted('ls node_modules')).toEqual({ isMounted: false, said: ['own'] });
  });

  it('do not bring a folder back that the checkout does not have', async () => {
    rmSync(join(root, 'checkout/packages'), { recursive: true });
    expect(await mounted('ls')).toEqual({ isMounted: false, said: ['index.js'] });
  });

  it('bring along the folder that yarn makes for itself', async () => {
    write(join(layer, 'tree'), { '.yarn/install-state.gz': 'yarn\n' });
    writeFileSync(
      join(layer, 'layer.json'),
      JSON.stringify({ paths: ['node_modules', '.yarn/install-state.gz'] }),
    );
    expect(await mounted('cat .yarn/install-state.gz')).toEqual({ isMounted: true, said: ['yarn'] });
  });

  it('do not go through a link', async () => {
    rmSync(join(root, 'checkout/packages/a'), { recursive: true });
    mkdirSync(join(folder, `elsewhere-${tests}`));
    shell(join(root, 'checkout/packages'), `ln -s ../../../elsewhere-${tests} a`);
    expect(await mounted('ls packages')).toEqual({ isMounted: false, said: ['a'] });
  });

  it('leave the checkout as it was where mounting fails', async () => {
    rmSync(join(layer, 'tree'), { recursive: true });
    expect(await mounted('cat index.js; ls')).toEqual({
      isMounted: false,
      said: ['checkout', 'index.js', 'packages'],
    });
    expect(readdirSync(root)).toEqual(['checkout', 'layers']);
    expect(readdirSync(join(root, 'layers'))).toEqual([]);
  });
});
