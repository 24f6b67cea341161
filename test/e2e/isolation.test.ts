import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import { calculatorFiles } from './support/calculator.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let server: TestServer;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  server = await startServer(path.join(folder, 'data'), { CANARY_API_KEY: 'canary-value-of-the-server' });
});

afterEach(async () => {
  await server.kill('SIGTERM');
  await removeFolder();
});

/** Tries everything an agent must not be able to do, and writes down what worked. Runs on any Node. */
function spy(dataDir: string, controlUrl: string): string {
  return `#!/usr/bin/env node
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
const found = [];
const attempt = (name, act) => { try { if (act()) found.push(name); } catch {} };
attempt('data folder', () => readdirSync(${JSON.stringify(dataDir)}).includes('api-token'));
attempt('api token', () => readFileSync(${JSON.stringify(path.join(dataDir, 'api-token'))}, 'utf8'));
attempt('database socket', () => readdirSync(${JSON.stringify(path.join(dataDir, 'postgres'))}).length > 0);
attempt('own environment', () => JSON.stringify(process.env).includes('canary-value'));
attempt('worker token', () => JSON.stringify(process.env).includes('ryw_'));
for (const pid of readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
  attempt('environment of process ' + pid, () => readFileSync('/proc/' + pid + '/environ', 'utf8').includes('canary-value'));
  attempt('command line of the server', () => readFileSync('/proc/' + pid + '/cmdline', 'utf8').includes('serve'));
}
attempt('write outside', () => { writeFileSync('/usr/runyard-canary', 'x'); return true; });
await new Promise((resolve) => {
  const request = http.get(${JSON.stringify(`${controlUrl}/api/v1/health`)}, () => { found.push('control API'); resolve(); });
  request.on('error', resolve);
  request.setTimeout(2000, () => { request.destroy(); resolve(); });
});
writeFileSync('found.json', JSON.stringify(found));
`;
}

async function urlOf(dataDir: string): Promise<string> {
  return (JSON.parse(await readFile(path.join(dataDir, 'server.json'), 'utf8')) as { url: string }).url;
}

describe('canaries', () => {
  it('Q4, X13: an agent reaches neither data folder, database, other environments, control API nor the host file system', async () => {
    const { mode } = await detectSandbox();
    expect(mode, 'these promises need bubblewrap; npm test installs it').toBe('bubblewrap');
    const dataDir = path.join(folder, 'data');
    const agent = path.join(folder, 'spy.mjs');
    await writeFile(agent, spy(dataDir, await urlOf(dataDir)));
    await chmod(agent, 0o755);
    const ticket = { key: null, title: 'Look around', body: '' };
    const id = await server.create(
      testSpec({ repository: source.folder, ticket, agent: `command:${agent}`, attempts: 1 }),
    );
    const { run } = await server.settled(id);
    expect(run.state, JSON.stringify(run.error)).toBe('succeeded');
    expect(JSON.parse(source.git('show', `${run.delivery?.branch}:found.json`))).toEqual([]);
  });

  it('Q4: a check reaches none of them either', async () => {
    const dataDir = path.join(folder, 'data');
    const spying = spy(dataDir, await urlOf(dataDir)).replace(
      "writeFileSync('found.json', JSON.stringify(found));",
      'console.log("FOUND " + JSON.stringify(found)); process.exitCode = found.length;',
    );
    await source.write('spy.mjs', spying);
    source.commit('a spy in the suite');
    const agent = path.join(folder, 'agent.sh');
    await writeFile(agent, '#!/bin/sh\necho changed > note.txt\n', { mode: 0o755 });
    const commands = [{ name: 'spy', command: ['node', 'spy.mjs'] }];
    const ticket = { key: null, title: 'Look around in a check', body: '' };
    const spec = testSpec({
      repository: source.folder,
      ticket,
      agent: `command:${agent}`,
      attempts: 1,
      checks: { commands },
    });
    const id = await server.create(spec);
    const { run, attempts } = await server.settled(id);
    expect(run.state, JSON.stringify(run.error)).toBe('succeeded');
    const [result] = attempts[0]?.verdict?.results ?? [];
    expect(result).toMatchObject({ status: 'passed', exitCode: 0 });
    expect(result?.output).toContain('FOUND []');
  });
});
