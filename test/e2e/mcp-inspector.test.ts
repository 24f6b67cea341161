import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliPath, projectRoot } from './support/cli.ts';
import { call, type McpScene, startMcpScene } from './support/mcp.ts';

let scene: McpScene;
let run: string;

beforeAll(async () => {
  scene = await startMcpScene();
  await mkdir(home());
  const client = await scene.connect('http');
  const given = { repository: scene.source.folder, title: 'For the inspector', wait: true };
  run = String((await call(client, 'start_run', given))['id']);
});
afterAll(() => scene.close());

const home = () => path.join(scene.folder, 'home');

/** `mcp-inspector --cli`, with a home of its own. */
async function inspect(
  words: readonly string[],
): Promise<{ code: number | null; output: string; answer: unknown }> {
  const program = 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js';
  const child = spawn(
    path.join(projectRoot, 'node_modules/.bin/node'),
    [path.join(projectRoot, program), '--cli', ...words],
    {
      // A folder with settings would be taken for a project.
      cwd: home(),
      env: { ...scene.env, HOME: home() },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += String(text)));
  child.stderr.on('data', (text: Buffer) => (stderr += String(text)));
  const code = await new Promise<number | null>((closed) => child.once('close', closed));
  const start = stdout.indexOf('{');
  const answer: unknown = code === 0 && start >= 0 ? JSON.parse(stdout.slice(start)) : null;
  return { code, output: stdout + stderr, answer };
}

describe.each(['http', 'stdio'] as const)('the inspector over %s', (transport) => {
  const target = () =>
    transport === 'http'
      ? [
          `${scene.server.url}/mcp`,
          '--transport',
          'http',
          '--header',
          `Authorization: Bearer ${scene.server.token}`,
        ]
      : [cliPath, 'mcp', '--transport', 'stdio', '-e', `RUNYARD_DATA_DIR=${scene.dataDir}`];

  it('lists the tools, and finds nothing that a client could stumble over in their schemas', async () => {
    const { code, output, answer } = await inspect([...target(), '--method', 'tools/list', '--strict']);
    expect(code, output).toBe(0);
    expect((answer as { tools: unknown[] }).tools).toHaveLength(9);
  });

  it('calls a tool', async () => {
    const words = ['--method', 'tools/call', '--tool-name', 'get_run', '--tool-arg', `run=${run}`];
    const { code, output, answer } = await inspect([...target(), ...words]);
    expect(code, output).toBe(0);
    expect(answer).toMatchObject({ structuredContent: { id: run, state: 'succeeded' } });
  });

  it('reads a report', async () => {
    const words = ['--method', 'resources/read', '--uri', `runyard://runs/${run}/report`];
    const { code, output, answer } = await inspect([...target(), ...words]);
    expect(code, output).toBe(0);
    expect(answer).toMatchObject({
      contents: [{ mimeType: 'text/markdown' }, { mimeType: 'application/json' }],
    });
  });
});
