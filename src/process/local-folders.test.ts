import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { privateIn } from './local-folders.ts';

function makePlace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runyard-local-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('Q4: finds what other users cannot read, and sockets, and leaves the rest', async () => {
  const place = makePlace();
  mkdirSync(join(place, 'app', 'private'), { recursive: true });
  mkdirSync(join(place, 'app', 'closed'), { mode: 0o700 });
  writeFileSync(join(place, 'app', 'program'), 'x', { mode: 0o755 });
  writeFileSync(join(place, 'app', 'private', 'key'), 'x', { mode: 0o600 });
  const server = createServer().listen(join(place, 'app', 'sock'));
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  expect(privateIn(place).sort()).toEqual(
    ['app/closed', 'app/private/key', 'app/sock'].map((name) => join(place, name)),
  );
});

it('Q4: hides a folder as a whole when there is too much in it', () => {
  const place = makePlace();
  mkdirSync(join(place, 'many'));
  mkdirSync(join(place, 'few'));
  for (let i = 0; i < 60; i += 1) writeFileSync(join(place, 'many', String(i)), '', { mode: 0o600 });
  expect(privateIn(place)).toEqual([join(place, 'many')]);
});
