import http from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type EgressConnection,
  type EgressProxy,
  startEgressProxy,
} from '../../src/verify/egress/egress-proxy.ts';
import { removeTestFolders, testFolder } from './verify-helpers.ts';

const open: (EgressProxy | Server)[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  await removeTestFolders();
});

const addresses: Record<string, readonly string[]> = {
  'registry.test': ['203.0.113.7'],
  'inside.test': ['203.0.113.7', '127.0.0.1'],
  'company.test': ['10.0.0.8'],
  'rebound.test': ['169.254.169.254'],
};

/** A proxy whose connections all end at one upstream server; names resolve as above. */
async function startProxy(onSocket: (socket: Socket) => void) {
  const upstream = createServer(onSocket);
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  open.push(upstream);
  const { port } = upstream.address() as AddressInfo;
  const connections: EgressConnection[] = [];
  const reached: string[] = [];
  const asked: number[] = [];
  const proxy = await startEgressProxy({
    socketPath: join(await testFolder(), 'egress.sock'),
    allowedHosts: ['registry.test', 'inside.test', 'rebound.test'],
    operatorHosts: async () => {
      asked.push(1);
      return ['company.test'];
    },
    onConnection: (connection) => void connections.push(connection),
    lookup: async (host) => addresses[host] ?? [],
    connect: (address, wanted) => {
      reached.push(`${address}:${wanted}`);
      return connect(port, '127.0.0.1');
    },
  });
  open.push(proxy);
  return { proxy, connections, reached, asked };
}

/** The status of a CONNECT and what came back through the tunnel after `hello`. */
function tunnel(proxy: EgressProxy, target: string): Promise<{ status: number; echo: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath: proxy.socketPath, method: 'CONNECT', path: target });
    request.once('error', reject);
    request.once('connect', (response, socket) => {
      if (response.statusCode !== 200) return resolve({ status: response.statusCode ?? 0, echo: '' });
      socket.once('data', (data) => {
        socket.destroy();
        resolve({ status: 200, echo: String(data) });
      });
      socket.write('hello');
    });
    request.once('response', (response) => resolve({ status: response.statusCode ?? 0, echo: '' }));
    request.end();
  });
}

const echo = (socket: Socket) => void socket.on('error', () => socket.destroy()).pipe(socket);

describe('the way out for installations', () => {
  it('carries bytes to a registry, by the address that was checked', async () => {
    const { proxy, connections, reached, asked } = await startProxy(echo);
    expect(await tunnel(proxy, 'registry.test:443')).toEqual({ status: 200, echo: 'hello' });
    expect(asked).toEqual([]);
    expect(reached).toEqual(['203.0.113.7:443']);
    expect(connections).toEqual([{ host: 'registry.test', port: 443, allowed: true, reason: null }]);
  });

  it.each([
    ['another host', 'evil.test:443'],
    ['another port', 'registry.test:22'],
    ['a name that also leads to this machine', 'inside.test:443'],
    ['a name that leads to a metadata service', 'rebound.test:443'],
    ['an address', '127.0.0.1:443'],
    ['an IPv6 address', '[::1]:443'],
  ])('refuses %s', async (_name, target) => {
    const { proxy, connections, reached } = await startProxy(echo);
    expect((await tunnel(proxy, target)).status).toBe(403);
    expect(reached).toEqual([]);
    expect(connections).toMatchObject([{ allowed: false }]);
  });

  it('lets a registry of the operator have a private address', async () => {
    const { proxy, asked } = await startProxy(echo);
    expect((await tunnel(proxy, 'company.test:443')).status).toBe(200);
    expect(asked).not.toEqual([]);
  });

  it('forwards plain http with the path only, and refuses it to other hosts', async () => {
    const { proxy } = await startProxy((socket) => {
      socket.once('data', (data) =>
        socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${String(data).split('\r\n')[0]}`),
      );
    });
    const get = (url: string) =>
      new Promise<string>((resolve, reject) => {
        const request = http.get({ socketPath: proxy.socketPath, path: url }, (response) => {
          let text = `${response.statusCode} `;
          response.setEncoding('utf8').on('data', (data: string) => {
            text += data;
          });
          response.once('end', () => resolve(text));
        });
        request.once('error', reject);
      });
    expect(await get('http://registry.test/ms?x=1')).toBe('200 GET /ms?x=1 HTTP/1.1');
    expect(await get('http://evil.test/')).toContain(
      '403 Runyard lets installations reach package registries only',
    );
  });
});
