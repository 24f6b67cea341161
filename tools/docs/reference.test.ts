import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settings } from '../../src/config/settings.ts';
import { errorCatalogue } from '../../src/domain/errors/catalogue.ts';
import { eventDataSchemas } from '../../src/domain/events.ts';
import { stalePages, writePages } from './reference.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runyard-reference-'));
  await writePages(folder, await stalePages(folder));
});
afterEach(() => rm(folder, { recursive: true }));

const read = (name: string) => readFile(path.join(folder, name), 'utf8');

describe('the reference', () => {
  it('is seen as stale when a page was changed or is missing, and only then', async () => {
    expect(await stalePages(folder)).toEqual([]);
    await appendFile(path.join(folder, 'cli.md'), '\nby hand\n');
    await rm(path.join(folder, 'events.md'));
    expect(await stalePages(folder)).toEqual(['cli.md', 'events.md']);
  });

  it('names every setting with its variable, every error, every event', async () => {
    const [configuration, errors, events] = await Promise.all([
      read('configuration.md'),
      read('errors.md'),
      read('events.md'),
    ]);
    for (const { path: setting, variable } of settings) {
      expect(configuration).toContain(`| \`${setting}\` |`);
      expect(configuration).toContain(`| \`${variable}\` |`);
    }
    for (const code of Object.keys(errorCatalogue)) expect(errors).toContain(`### \`${code}\``);
    for (const type of Object.keys(eventDataSchemas)) expect(events).toContain(`## \`${type}\``);
  });

  it('has whole sentences for every error', async () => {
    expect(await read('errors.md')).not.toMatch(/undefined|\[object|NaN|\*\*(?:What|Why|Next):\*\* *\n/);
  });
});
