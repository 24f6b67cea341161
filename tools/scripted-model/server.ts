import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { player, type RecordedRequest } from './player.ts';
import { parseScenario, type ScenarioInput } from './scenario.ts';

export interface ScriptedModel {
  /** `http://127.0.0.1:<port>`, without /v1. */
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Resolves with the first recorded request that fits, now or later. */
  waitFor(fits: (request: RecordedRequest) => boolean, timeoutMs?: number): Promise<RecordedRequest>;
  close(): Promise<void>;
}

export interface ScriptedModelOptions {
  readonly port?: number;
  readonly host?: string;
  /** Awaited before a request is answered: whoever plays the model can have a run wait for something else. */
  readonly before?: (request: RecordedRequest) => Promise<void>;
}

/**
 * Starts a model server that plays a scenario over the wire protocols of Anthropic and OpenAI, on 127.0.0.1.
 *
 *     await using model = await startScriptedModel({ conversations: [
 *       { name: 'plan', match: { tools: false }, steps: [{ json: { summary: '…' } }] },
 *       { name: 'healing', match: { firstUser: 'failed' }, steps: [{ edit: { path: 'a.ts', find: '1', replace: '2' } }, { finish: 'Mended.' }] },
 *       { name: 'first try', steps: [{ write: { path: 'a.ts', content: '1\n' } }, { run: 'npm test' }, { finish: 'Done.' }] },
 *     ] });
 */
export async function startScriptedModel(
  input: ScenarioInput,
  options: ScriptedModelOptions = {},
): Promise<ScriptedModel & AsyncDisposable> {
  const requests: RecordedRequest[] = [];
  const play = player(parseScenario(input));
  const server = createServer((request, response) => {
    receive(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.requestTimeout = 0;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const rawBody = await readBody(request);
    const { method = 'GET', url = '/', headers } = request;
    const recorded: RecordedRequest = {
      method,
      path: url,
      headers,
      rawBody,
      body: parseJson(rawBody),
      protocol: null,
      conversation: null,
      step: null,
      fault: null,
      status: null,
      aborted: false,
    };
    requests.push(recorded);
    response.on('close', () => {
      recorded.aborted = !response.writableFinished;
      recorded.status = response.headersSent ? response.statusCode : null;
    });
    await options.before?.(recorded);
    await play(recorded, response);
  }

  const { port = 0, host = '127.0.0.1' } = options;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the scripted model has no port');
  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  }
  return {
    url: `http://${host}:${address.port}`,
    requests,
    waitFor: (fits, timeoutMs = 10_000) => waitFor(requests, fits, timeoutMs),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += String(chunk);
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function waitFor(
  requests: readonly RecordedRequest[],
  fits: (request: RecordedRequest) => boolean,
  timeoutMs: number,
): Promise<RecordedRequest> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = requests.find(fits);
    if (found) return found;
    if (Date.now() > deadline)
      throw new Error(`no such request within ${timeoutMs} ms (${requests.length} came)`);
    await sleep(10);
  }
}
