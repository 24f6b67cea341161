import { err, ok, type Result } from '../lib/result.ts';
import type { Call, CallTools } from './call.ts';
import { classifyFailure, type Failure, statusOfWords } from './classify-failure.ts';
import { failureOfFault, malformed } from './fault-failure.ts';
import type { ProviderWords, StreamReader } from './protocol/types.ts';
import { eventData, eventSplitter } from './sse.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** A stream that has begun: what came so far, and the way to the rest. */
export interface OpenStream {
  /** Bytes for the agent that are here already. */
  readonly begun: Buffer;
  readonly reader: StreamReader;
  /** The next bytes for the agent (possibly none); null at the end. */
  next(): Promise<Result<Buffer | null, Failure>>;
  /** The error the provider sent inside the stream; null when it sent none. */
  failure(): Failure | null;
  close(): void;
}

/** Waits for the first event: until then a fault can be retried, because the agent has seen nothing. */
export async function openStream(
  answer: UpstreamAnswer,
  call: Call,
  tools: CallTools,
): Promise<Result<OpenStream, Failure>> {
  const reader = call.protocol.streamReader({ hideUsage: call.request.hideUsage });
  const follow = follower(reader, call.request.hideUsage);
  const failure = () => failureInside(reader.error(), answer, { call, tools });

  async function next(): Promise<Result<Buffer | null, Failure>> {
    const piece = await answer.next();
    if (!piece.ok) return err(failureOfFault(piece.error, call, tools.limits));
    return ok(piece.value === null ? follow.rest() : follow.push(piece.value));
  }

  const begun: Buffer[] = [];
  while (!reader.started()) {
    const bytes = await next();
    if (!bytes.ok) return bytes;
    if (bytes.value === null) break;
    begun.push(bytes.value);
  }
  const inside = reader.refused() ? failure() : null;
  if (inside) return err(inside);
  const problem = reader.problem();
  if (problem !== null) return err(malformed(call, problem));
  return ok({ begun: Buffer.concat(begun), reader, next, failure, close: () => answer.close() });
}

/** Reads along. Bytes pass as they are, unless an event has to be taken out: then whole events pass. */
function follower(reader: StreamReader, mayHide: boolean) {
  const splitter = eventSplitter();
  let atEnd = false;
  return {
    push(chunk: Buffer): Buffer {
      const kept = splitter.push(chunk).filter((event) => reader.read(eventData(event)));
      return mayHide ? Buffer.concat(kept) : chunk;
    },
    /** An event whose closing empty line never came, once; then null. */
    rest(): Buffer | null {
      const rest = splitter.rest();
      if (atEnd || rest.length === 0) return null;
      atEnd = true;
      const keep = reader.read(eventData(rest));
      return mayHide && keep ? rest : Buffer.alloc(0);
    },
  };
}

function failureInside(
  words: ProviderWords | null,
  answer: UpstreamAnswer,
  { call, tools }: { readonly call: Call; readonly tools: CallTools },
): Failure | null {
  if (!words) return null;
  return classifyFailure({
    provider: call.provider.name,
    model: call.model,
    status: statusOfWords(words),
    headers: answer.headers,
    body: tools.redact(JSON.stringify({ error: words })),
    now: tools.clock.now(),
  });
}
