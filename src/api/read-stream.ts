import { once } from 'node:events';
import type { Agent, IncomingMessage } from 'node:http';
import { fromErrorData, messageOf, RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import { http } from '../lib/node-http.ts';
import { apiErrorSchema, apiRoutes, type StreamMessage, streamMessageSchema } from './contract.ts';

export interface StreamRequest {
  readonly type?: readonly string[];
  readonly run?: readonly string[];
  readonly repository?: string;
  /** The `id` seen last; null: from now on. */
  readonly after: string | null;
  readonly signal: AbortSignal;
}

/** A message, and the `id` to go on after. */
export type Streamed = StreamMessage & { readonly id: string };

export interface StreamConnection {
  readonly url: string;
  readonly token: string;
  readonly agent: Agent;
}

/** Three heartbeats. */
const SILENCE_MS = 45_000;
/** More than any event has. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** Messages of the stream over all runs until the signal or its end; rejects with a RunyardError when the server goes away or is silent. */
export async function* readStream(
  { url, token, agent }: StreamConnection,
  request: StreamRequest,
): AsyncGenerator<Streamed> {
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
  const asked = http.request(new URL(pathOf(request), url), { headers, agent, signal: request.signal });
  asked.setTimeout(SILENCE_MS, () => asked.destroy(new Error('It did not say anything for a while.')));
  asked.end();
  try {
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    if (response.statusCode !== 200) throw await refusalOf(response);
    yield* messagesOf(response);
  } catch (error) {
    if (request.signal.aborted) return;
    if (error instanceof RunyardError) throw error;
    throw runyardError('cli.control-plane-unreachable', { url, detail: messageOf(error) }, error);
  } finally {
    asked.destroy();
  }
}

function pathOf({ type, run, repository, after }: StreamRequest): string {
  const query = new URLSearchParams();
  if (type) query.set('type', type.join(','));
  if (run) query.set('run', run.join(','));
  if (repository !== undefined) query.set('repository', repository);
  if (after !== null) query.set('after', after);
  return query.size === 0 ? apiRoutes.streamAll : `${apiRoutes.streamAll}?${query.toString()}`;
}

async function* messagesOf(chunks: AsyncIterable<string>): AsyncGenerator<Streamed> {
  let rest = '';
  let id = '';
  for await (const chunk of chunks) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    if (rest.length > MOST_CHARACTERS) throw new Error('An event has no end.');
    for (const block of blocks) {
      const fields = fieldsOf(block);
      id = fields.get('id') ?? id;
      const parsed = streamMessageSchema.safeParse({
        event: fields.get('event'),
        data: parseJson(fields.get('data')),
      });
      // What a newer server says besides is not for this version.
      if (parsed.success) yield { ...parsed.data, id };
    }
  }
}

function fieldsOf(block: string): Map<string, string> {
  return new Map(
    block.split('\n').flatMap((line): [string, string][] => {
      const end = line.indexOf(': ');
      return end < 1 ? [] : [[line.slice(0, end), line.slice(end + 2)]];
    }),
  );
}

async function refusalOf(response: IncomingMessage): Promise<Error> {
  let body = '';
  for await (const chunk of response) {
    body += String(chunk);
    if (body.length > MOST_CHARACTERS) break;
  }
  const failed = apiErrorSchema.pick({ error: true }).safeParse(parseJson(body));
  return failed.success
    ? fromErrorData(failed.data.error)
    : new Error(`HTTP ${response.statusCode}: ${body.slice(0, 200)}`);
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
