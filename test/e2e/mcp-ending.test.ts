import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { cliPath } from './support/cli.ts';
import { newClient, overHttp, startMcpScene } from './support/mcp.ts';
import { processesMentioning } from './support/processes.ts';

it.each(['legacy', 'auto'] as const)(
  'a server that ends tells who waits for a run how it stands (%s)',
  async (mode) => {
    // The model never answers: the run is not over before the server is.
    const scene = await startMcpScene(['--drain', '1ms'], { before: () => new Promise(() => undefined) });
    try {
      const client = newClient(mode);
      await client.connect(overHttp(scene.server));
      const given = { repository: scene.source.folder, title: 'Cut off', wait: true };
      const ending: Promise<void>[] = [];
      const onprogress = () => {
        if (ending.length === 0) ending.push(scene.server.kill('SIGTERM'));
      };
      const result = await client.callTool(
        { name: 'start_run', arguments: given },
        { timeout: 60_000, onprogress },
      );
      expect(result.structuredContent).toMatchObject({ settled: false, ended: false });
      await Promise.all(ending);
      await client.close();
    } finally {
      await scene.close();
    }
  },
);

it('runyard mcp that is told to end leaves nothing running', async () => {
  const scene = await startMcpScene();
  const dataDir = path.join(scene.folder, 'alone');
  const child = spawn(cliPath, ['mcp', '--data-dir', dataDir], {
    env: scene.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const send = (message: object) =>
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    const clientInfo = { name: 'x', version: '1' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    send({ id: 1, method: 'initialize', params });
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ id: 1, result: {} });
    send({ method: 'notifications/initialized' });
    send({ id: 2, method: 'tools/call', params: { name: 'get_health', arguments: {} } });
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({
      id: 2,
      result: { structuredContent: { status: 'ok' } },
    });
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([130, null]);
    await expect.poll(() => processesMentioning(dataDir), { timeout: 30_000 }).toEqual([]);
  } finally {
    child.kill('SIGKILL');
    await scene.close();
  }
});
