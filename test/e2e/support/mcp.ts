import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Client, type Progress, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { type ScriptedModelOptions, startScriptedModel } from '../../../tools/scripted-model/server.ts';
import { calculatorFiles, rightAtOnce } from './calculator.ts';
import { cleanEnvironment, cliPath } from './cli.ts';
import { createRepository, type TestRepository, temporaryFolder } from './repository.ts';
import { writeScriptedConfig } from './scripted-config.ts';
import { startServer, type TestServer } from './server.ts';

/** A real server with the scripted model, a repository, and clients of both transports. */
export interface McpScene {
  readonly server: TestServer;
  readonly source: TestRepository;
  readonly folder: string;
  /** For processes that use the same settings. */
  readonly env: Record<string, string>;
  readonly dataDir: string;
  connect(transport: 'http' | 'stdio', mode?: 'legacy' | 'auto'): Promise<Client>;
  close(): Promise<void>;
}

export async function startMcpScene(
  args: readonly string[] = [],
  model: Pick<ScriptedModelOptions, 'before'> = {},
): Promise<McpScene> {
  const { folder, remove } = await temporaryFolder();
  const source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  const scripted = await startScriptedModel(rightAtOnce, model);
  const { env } = await writeScriptedConfig({ folder, modelUrl: scripted.url });
  const dataDir = path.join(folder, 'data');
  const server = await startServer(dataDir, env, args);
  const clients: Client[] = [];
  return {
    server,
    source,
    folder,
    env: { ...cleanEnvironment(), ...env },
    dataDir,
    async connect(transport, mode = 'legacy') {
      const client = newClient(mode);
      clients.push(client);
      const stdio = { dataDir, env: { ...cleanEnvironment(), ...env } };
      await client.connect(transport === 'http' ? overHttp(server) : overStdio(stdio));
      return client;
    },
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      await server.kill('SIGTERM');
      await scripted.close();
      await remove();
    },
  };
}

export function newClient(mode: 'legacy' | 'auto' = 'legacy'): Client {
  return new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
}

export function overHttp(
  server: Pick<TestServer, 'url' | 'token'>,
  token = server.token,
): StreamableHTTPClientTransport {
  return new StreamableHTTPClientTransport(new URL('/mcp', server.url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
}

export function overStdio({
  dataDir,
  env,
}: {
  dataDir: string;
  env: Record<string, string>;
}): StdioClientTransport {
  return new StdioClientTransport({
    command: cliPath,
    args: ['mcp', '--data-dir', dataDir],
    env,
    stderr: 'ignore',
  });
}

/** The structured answer of a tool; throws with its text when it is a refusal. */
export async function call(
  client: Client,
  name: string,
  given: Record<string, unknown> = {},
  onprogress?: (progress: Progress) => void,
): Promise<Record<string, unknown>> {
  const options = { timeout: 100_000, ...(onprogress ? { onprogress } : {}) };
  const result = await client.callTool({ name, arguments: given }, options);
  const text = textOf(result.content);
  if (result.isError) throw new Error(text);
  return result.structuredContent as Record<string, unknown>;
}

/** The error that a tool refused with. */
export async function refusalOf(
  client: Client,
  name: string,
  given: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const result = await client.callTool({ name, arguments: given });
  const text = textOf(result.content);
  if (!result.isError) throw new Error(`${name} was not refused: ${text}`);
  return (JSON.parse(text) as { error: Record<string, unknown> }).error;
}

function textOf(content: readonly unknown[]): string {
  return content.map((block) => (block as { text?: string }).text ?? '').join('');
}

/**
 * For clients that cannot be told a token: adds it, and says the names of the request in Runyard's words. `onAnswer` gets what has been answered to
 * a request so far, each time that there is more.
 */
export async function startTokenProxy(
  server: TestServer,
  rename: (body: string) => string,
  onAnswer: (soFar: string) => void,
): Promise<{ url: string; close(): void }> {
  const { port } = new URL(server.url);
  const proxy = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = rename(Buffer.concat(chunks).toString('utf8'));
      const headers: http.OutgoingHttpHeaders = {
        ...request.headers,
        authorization: `Bearer ${server.token}`,
        'content-length': Buffer.byteLength(body),
      };
      delete headers['transfer-encoding'];
      const { method, url } = request;
      const asked = http.request({ port, host: '127.0.0.1', method, path: url, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        let soFar = '';
        answer.on('data', (chunk: Buffer) => onAnswer((soFar += String(chunk))));
        answer.pipe(response);
      });
      asked.on('error', () => response.destroy());
      response.on('close', () => asked.destroy());
      asked.end(body);
    });
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', () => listening()));
  const { port: own } = proxy.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}/mcp`,
    close() {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
