import { lookup as dnsLookup } from 'node:dns/promises';
import { chmod, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect as netConnect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '../../domain/errors/runyard-error.ts';
import { http } from '../../lib/node-http.ts';
import { isOtherMachine, isPublicAddress } from './addresses.ts';

/** Where packages of JavaScript and Python come from when nobody configured anything. */
export const defaultRegistryHosts = [
  'registry.npmjs.org',
  'registry.yarnpkg.com',
  'npm.pkg.github.com',
  'pypi.org',
  'files.pythonhosted.org',
] as const;

export interface EgressConnection {
  readonly host: string;
  readonly port: number;
  readonly allowed: boolean;
  /** Why it was refused, or why it failed; null: it was opened. */
  readonly reason: string | null;
}

export interface EgressOptions {
  readonly socketPath: string;
  /** Host names that may be reached, at public addresses only. */
  readonly allowedHosts: readonly string[];
  /**
   * Hosts the operator named (a registry inside the company): they may have private addresses, never loopback. Asked for only when a
   * host is not one of `allowedHosts` with public addresses.
   */
  readonly operatorHosts?: () => Promise<readonly string[]>;
  readonly onConnection?: (connection: EgressConnection) => void;
  readonly lookup?: (host: string) => Promise<readonly string[]>;
  readonly connect?: (address: string, port: number) => Socket;
}

export interface EgressProxy {
  readonly socketPath: string;
  close(): Promise<void>;
}

const PORTS = new Set([80, 443]);
const CONNECT_TIMEOUT_MS = 20_000;
const IDLE_TIMEOUT_MS = 45_000;

/**
 * An HTTP proxy on a unix socket that lets installations reach package registries and nothing else: CONNECT for TLS and plain
 * forwarding for http. A name is resolved here, every address is checked, and the checked address is the one connected to.
 */
export async function startEgressProxy(options: EgressOptions): Promise<EgressProxy> {
  const sockets = new Set<Duplex>();
  const server = http.createServer((request, response) => void forward(request, response, options));
  server.on(
    'connect',
    (request, socket: Duplex, head: Buffer) => void tunnel(request, { socket, head, sockets }, options),
  );
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await rm(options.socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.socketPath, resolve);
  });
  await chmod(options.socketPath, 0o600);
  return {
    socketPath: options.socketPath,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(options.socketPath, { force: true });
    },
  };
}

type Target = { readonly address: string } | { readonly refused: string };

interface Client {
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly sockets: Set<Duplex>;
}

async function tunnel(
  request: IncomingMessage,
  { socket, head, sockets }: Client,
  options: EgressOptions,
): Promise<void> {
  socket.on('error', () => socket.destroy());
  const { host, port } = splitHost(request.url ?? '', 443);
  const target = await findTarget(host, port, options);
  if ('refused' in target) {
    report(options, { host, port, allowed: false, reason: target.refused });
    socket.end(
      `HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${refusal(host, port)}\n`,
    );
    return;
  }
  if (socket.destroyed) return;
  const upstream = open(target.address, port, options);
  sockets.add(upstream);
  upstream.once('close', () => sockets.delete(upstream));
  upstream.once('connect', () => {
    report(options, { host, port, allowed: true, reason: null });
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.once('error', (error) => {
    report(options, { host, port, allowed: true, reason: messageOf(error) });
    socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n');
  });
  socket.once('close', () => upstream.destroy());
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  options: EgressOptions,
): Promise<void> {
  const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : null;
  if (url?.protocol !== 'http:') {
    answer(response, 400, 'This is a proxy: send an absolute http URL or CONNECT.');
    return;
  }
  const host = url.hostname.toLowerCase();
  const port = Number(url.port || 80);
  const target = await findTarget(host, port, options);
  if ('refused' in target) {
    report(options, { host, port, allowed: false, reason: target.refused });
    answer(response, 403, refusal(host, port));
    return;
  }
  const headers = { ...request.headers };
  for (const name of ['proxy-connection', 'proxy-authorization', 'connection']) delete headers[name];
  const upstream = http.request(
    {
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers,
      createConnection: () => open(target.address, port, options),
    },
    (answered) => {
      report(options, { host, port, allowed: true, reason: null });
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    },
  );
  upstream.once('error', (error) => {
    report(options, { host, port, allowed: true, reason: messageOf(error) });
    if (response.headersSent) response.destroy();
    else answer(response, 502, messageOf(error));
  });
  response.once('close', () => upstream.destroy());
  request.pipe(upstream);
}

async function findTarget(host: string, port: number, options: EgressOptions): Promise<Target> {
  if (!PORTS.has(port)) return { refused: `port ${port} is not open` };
  const byOperator = async () => (await options.operatorHosts?.())?.includes(host) === true;
  try {
    // No name is looked up for a host that may not be reached: a lookup is a message, too.
    if (!options.allowedHosts.includes(host) && !(await byOperator()))
      return { refused: 'the host is not on the list of package registries' };
    const addresses = await (options.lookup ?? lookupAll)(host);
    const [address] = addresses;
    if (address === undefined) return { refused: 'the name has no address' };
    if (!addresses.every(isPublicAddress) && !(addresses.every(isOtherMachine) && (await byOperator())))
      return { refused: 'the name leads to an address that is not public' };
    return { address };
  } catch (error) {
    return { refused: messageOf(error) };
  }
}

async function lookupAll(host: string): Promise<readonly string[]> {
  const found = await dnsLookup(host, { all: true });
  return found.map(({ address }) => address);
}

function open(address: string, port: number, options: EgressOptions): Socket {
  const socket = options.connect ? options.connect(address, port) : netConnect({ host: address, port });
  const waiting = setTimeout(
    () => socket.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS} ms`)),
    CONNECT_TIMEOUT_MS,
  );
  socket.once('connect', () => clearTimeout(waiting));
  socket.once('close', () => clearTimeout(waiting));
  socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy(new Error('idle for too long')));
  return socket;
}

function splitHost(authority: string, defaultPort: number): { host: string; port: number } {
  const match = /^\[?([^\]]*?)\]?(?::(\d{1,5}))?$/.exec(authority);
  return { host: (match?.[1] ?? '').toLowerCase(), port: Number(match?.[2] ?? defaultPort) };
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${text}\n`);
}

function refusal(host: string, port: number): string {
  return `Runyard lets installations reach package registries only; ${host}:${port} is not one of them.`;
}

function report(options: EgressOptions, connection: EgressConnection): void {
  options.onConnection?.(connection);
}
