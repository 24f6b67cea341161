import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { McpBackend } from '../client.ts';
import { createMcpServer } from './create-mcp-server.ts';

export interface McpOverStdio {
  readonly backend: McpBackend;
  readonly version: string;
  readonly input: Readable;
  readonly output: Writable;
  /** Ends it at once. */
  readonly signal: AbortSignal;
  readonly onError: (error: Error) => void;
}

/** Answers a client on its two streams until it closes the first. */
export async function serveMcpOverStdio({
  backend,
  version,
  input,
  output,
  signal,
  onError,
}: McpOverStdio): Promise<void> {
  const ended = Promise.race([once(input, 'end'), once(input, 'close')]);
  signal.addEventListener('abort', () => input.destroy(), { once: true });
  const server = serveStdio(() => createMcpServer(backend, version), {
    transport: new StdioServerTransport(input, output),
    onerror: onError,
  });
  await ended.catch(onError);
  await server.close();
}
