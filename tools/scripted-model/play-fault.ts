import type { ServerResponse } from 'node:http';
import { type Answer, errorBody, usualError } from './answer.ts';
import type { Protocol } from './request.ts';
import type { Fault } from './scenario.ts';
import { anthropicErrorEvent, anthropicEvents, anthropicJson } from './write-anthropic.ts';
import { openaiErrorEvent, openaiEvents, openaiJson } from './write-openai.ts';

export interface Reply {
  readonly response: ServerResponse;
  readonly protocol: Protocol;
  readonly stream: boolean;
  readonly requestId: string;
  readonly answer: Answer;
}

/** Picks the fault that strikes now and counts it; each fault keeps its own count over the life of the server. */
export function faultChooser(): (candidates: readonly Fault[]) => Fault | null {
  const seen = new Map<Fault, number>();
  return (candidates) => {
    let struck: Fault | null = null;
    for (const fault of candidates) {
      if (struck) break;
      const count = seen.get(fault) ?? 0;
      seen.set(fault, count + 1);
      const last = fault.times === 'always' ? Number.POSITIVE_INFINITY : fault.at + fault.times;
      if (count >= fault.at && count < last) struck = fault;
    }
    return struck;
  };
}

/** Answers with the fault, or leaves the connection as the fault wants it. */
export function playFault(fault: Fault, reply: Reply): void {
  switch (fault.kind) {
    case 'status':
      return sendStatus(fault, reply);
    case 'malformed':
      return sendMalformed(fault.body === undefined ? { hello: 'world' } : fault.body, reply);
    case 'hang':
      return;
    case 'no-body':
      return sendPart('', reply, 'end');
    case 'stall':
      return sendPart(
        bodyOf(reply)
          .slice(0, reply.stream ? 1 : 0)
          .join(''),
        reply,
        'silence',
      );
    case 'reset':
      return sendPart(firstHalf(reply), reply, 'reset');
    case 'truncated':
      return sendPart(firstHalf(reply), reply, 'end');
    case 'sse-error':
      return sendPart(firstHalf(reply) + errorEvent(reply), reply, 'end');
    case 'empty':
      return sendWhole({ ...reply, answer: { ...reply.answer, blocks: [], stop: 'end' } });
    case 'length':
      return sendWhole({ ...reply, answer: cutAnswer(reply.answer) });
    case 'refusal':
      return sendWhole({ ...reply, answer: { ...reply.answer, blocks: [], stop: 'refusal' } });
  }
}

export function sendWhole(reply: Reply): void {
  sendPart(bodyOf(reply).join(''), reply, 'end');
}

/** The body in the pieces it is sent in: one JSON text, or the events of a stream. */
export function bodyOf({ protocol, stream, answer }: Reply): string[] {
  if (protocol === 'anthropic')
    return stream ? anthropicEvents(answer) : [JSON.stringify(anthropicJson(answer))];
  return stream ? openaiEvents(answer) : [JSON.stringify(openaiJson(answer))];
}

export function headersOf({ protocol, stream, requestId }: Reply): Record<string, string> {
  return {
    'content-type': stream ? 'text/event-stream; charset=utf-8' : 'application/json',
    [protocol === 'anthropic' ? 'request-id' : 'x-request-id']: requestId,
  };
}

function sendPart(text: string, reply: Reply, then: 'end' | 'silence' | 'reset'): void {
  const { response } = reply;
  response.writeHead(200, headersOf(reply));
  response.flushHeaders();
  if (then === 'end') {
    response.end(text);
    return;
  }
  if (text === '') return;
  response.write(text, () => {
    if (then === 'reset') response.socket?.resetAndDestroy();
  });
}

function sendStatus(fault: Extract<Fault, { kind: 'status' }>, reply: Reply): void {
  const { response, protocol, requestId } = reply;
  const body = fault.body ?? errorBody(protocol, usualError(protocol, fault.status), requestId);
  const isText = typeof body === 'string';
  response.writeHead(fault.status, {
    ...headersOf({ ...reply, stream: false }),
    ...(isText && { 'content-type': 'text/html; charset=utf-8' }),
    ...fault.headers,
  });
  response.end(isText ? body : JSON.stringify(body));
}

function sendMalformed(body: unknown, reply: Reply): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  sendPart(reply.stream ? `data: ${text}\n\n` : text, reply, 'end');
}

function firstHalf(reply: Reply): string {
  const pieces = bodyOf(reply);
  if (reply.stream) return pieces.slice(0, Math.max(1, pieces.length - 3)).join('');
  const text = pieces.join('');
  return text.slice(0, Math.floor(text.length / 2));
}

function errorEvent({ protocol }: Reply): string {
  return protocol === 'anthropic'
    ? anthropicErrorEvent('scripted: overloaded')
    : openaiErrorEvent('scripted: overloaded');
}

/** Text loses its second half; a tool call loses it too, so that its input does not parse. */
function cutAnswer(answer: Answer): Answer {
  const last = answer.blocks.at(-1);
  if (!last) return { ...answer, stop: 'length' };
  const half = (text: string) => text.slice(0, Math.floor(text.length / 2));
  const cut =
    last.kind === 'call'
      ? { ...last, input: half(JSON.stringify(last.input)) }
      : { ...last, text: half(last.text) };
  return { ...answer, stop: 'length', blocks: [...answer.blocks.slice(0, -1), cut] };
}
