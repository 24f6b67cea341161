import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcess } from '../../src/process/run-process.ts';
import {
  command,
  limits,
  makeFolder,
  policy,
  program,
  removeFolder,
  run,
  usableModes,
} from '../fixtures/process-helpers.ts';

const modes = await usableModes();
const data = makeFolder();
const socketPath = join(data, 'gateway.sock');
const PORT = 4517;

/** Says what it got back, turned around, when the other side has said everything. */
const echo = createServer({ allowHalfOpen: true }, (socket: Socket) => {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
  socket.on('end', () => socket.end(Buffer.concat(chunks).reverse()));
  socket.on('error', () => undefined);
});

beforeAll(() => once(echo.listen(socketPath), 'listening'));
afterAll(() => {
  echo.close();
  removeFolder(data);
});

const sandbox = policy('bubblewrap', { masked: [data], bridges: [{ port: PORT, socketPath }] });

describe.runIf(modes.includes('bubblewrap'))('a bridge', () => {
  it('passes bytes both ways between a port inside and a socket of the host', async () => {
    const talk = `
import socket
s = socket.create_connection(("127.0.0.1", ${PORT}))
s.sendall(bytes(range(256)) * 4000)
s.shutdown(socket.SHUT_WR)
got = b"".join(iter(lambda: s.recv(65536), b""))
print(got == bytes(reversed(range(256))) * 4000)`;
    const result = await run(['python3', '-c', talk], { sandbox });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'True\n', stderr: '' });
  });

  it('serves several at once', async () => {
    const talk = `
import socket
sockets = [socket.create_connection(("127.0.0.1", ${PORT})) for _ in range(20)]
for i, s in enumerate(sockets): s.sendall(b"ab%d" % i); s.shutdown(socket.SHUT_WR)
print(all(s.recv(99) == (b"ab%d" % i)[::-1] for i, s in enumerate(sockets)))`;
    expect((await run(['python3', '-c', talk], { sandbox })).stdout).toBe('True\n');
  });

  it('passes on exit codes, input and the death by a signal', async () => {
    expect((await run(['sh', '-c', 'exit 42'], { sandbox })).exitCode).toBe(42);
    expect((await run(['cat'], { sandbox, input: 'given' })).stdout).toBe('given');
    expect((await run(['sh', '-c', 'kill -SEGV $$'], { sandbox })).exitCode).toBe(139);
    expect((await run(['no-such-program'], { sandbox })).error?.code).toBe('process.missing-tool');
  });

  it('lets a command end in order when it is stopped', async () => {
    const running = startProcess(
      command(['python3', program('end-in-order.py')], {
        sandbox,
        limits: { ...limits, killGraceMs: 20_000 },
        onStdoutLine: (line) => {
          if (line === 'ready') running.stop('cancelled');
        },
      }),
    );
    expect(await running.result).toMatchObject({ cause: 'stopped', exitCode: 0, stdout: 'ready\nsaved\n' });
  });

  it('says which of its sockets is not there', async () => {
    const gone = policy('bubblewrap', { bridges: [{ port: PORT, socketPath: join(data, 'gone.sock') }] });
    const result = await run(['true'], { sandbox: gone });
    expect(result).toMatchObject({ cause: 'not-started', error: { code: 'process.sandbox-path-missing' } });
  });
});
