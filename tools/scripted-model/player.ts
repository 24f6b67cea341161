import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type ErrorShape, errorBody } from './answer.ts';
import { stepChooser } from './choose-step.ts';
import { mapAction } from './map-action.ts';
import { bodyOf, faultChooser, headersOf, playFault, type Reply } from './play-fault.ts';
import { badRequest, checkKey, listModels, unknownModel } from './refusals.ts';
import { type ModelRequest, type Protocol, readRequest } from './request.ts';
import { actionsOf, type Scenario, type Step } from './scenario.ts';
import { figuresFor, tokenCounter } from './usage.ts';

/** A request as it came in, for assertions. `aborted` and `status` are filled in as the answer goes out. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: string;
  readonly body: unknown;
  protocol: Protocol | null;
  conversation: string | null;
  step: number | null;
  fault: string | null;
  status: number | null;
  aborted: boolean;
}

export type Play = (recorded: RecordedRequest, response: ServerResponse) => Promise<void>;

/** Answers requests as the scenario says; the counts of `times` live as long as the player. */
export function player(scenario: Scenario): Play {
  const chooseStep = stepChooser(scenario);
  const chooseFault = faultChooser();
  const count = tokenCounter();
  let served = 0;

  return async (recorded, response) => {
    const path = new URL(recorded.path, 'http://scripted').pathname;
    served += 1;
    const id = String(served).padStart(8, '0');
    const requestId = `req_scripted_${id}`;
    const protocol = protocolOf(path, recorded.headers);
    recorded.protocol = protocol;
    const fail = (error: ErrorShape) =>
      sendJson(response, error.status, errorBody(protocol, error, requestId));

    const keyProblem = checkKey(scenario, protocol, recorded.headers);
    if (keyProblem) return fail(keyProblem);
    if (recorded.method === 'HEAD') return sendJson(response, 200, {});
    if (path.endsWith('/v1/models')) return sendJson(response, 200, listModels(scenario));
    const known = ['/v1/messages', '/v1/chat/completions', '/v1/messages/count_tokens'];
    if (recorded.method !== 'POST' || !known.some((end) => path.endsWith(end))) {
      return fail({ status: 404, type: 'not_found_error', code: null, message: `Not found: ${path}` });
    }

    let request: ModelRequest;
    try {
      request = readRequest(protocol, withMaxTokens(path, recorded.body));
    } catch (error) {
      return fail(badRequest(error));
    }
    if (scenario.models && !scenario.models.includes(request.model))
      return fail(unknownModel(protocol, request.model));
    if (path.endsWith('/count_tokens')) {
      return sendJson(response, 200, { input_tokens: Math.ceil(recorded.rawBody.length / 4) });
    }

    const chosen = chooseStep(request);
    if (!chosen)
      return fail(
        badRequest(`no conversation matches; the user said: ${request.userTexts[0]?.slice(0, 300)}`),
      );
    recorded.conversation = chosen.conversation;
    recorded.step = chosen.index;
    let answer: Answer;
    try {
      answer = answerFor({ id, request, step: chosen.step, count });
    } catch (error) {
      return fail(badRequest(error));
    }
    const reply: Reply = { response, protocol, stream: request.stream, requestId, answer };
    const fault = chooseFault([...scenario.faults, ...(chosen.step.fault ? [chosen.step.fault] : [])]);
    recorded.fault = fault?.kind ?? null;
    await sleep(chosen.step.delayMs);
    if (fault) return playFault(fault, reply);
    return sendSlowly(reply, chosen.step.chunkDelayMs);
  };
}

interface Turn {
  readonly id: string;
  readonly request: ModelRequest;
  readonly step: Step;
  readonly count: ReturnType<typeof tokenCounter>;
}

function answerFor({ id, request, step, count }: Turn): Answer {
  const actions = actionsOf(step).map((action) => mapAction(action, request));
  const blocks = [
    ...(step.thinking !== undefined && request.thinking
      ? [{ kind: 'thinking' as const, text: step.thinking }]
      : []),
    ...(step.say === undefined ? [] : [{ kind: 'text' as const, text: step.say }]),
    ...actions,
  ];
  const stop = actions.some(({ kind }) => kind === 'call') ? 'tool' : 'end';
  const figures = figuresFor(step, count(request, blocks));
  return { id, model: request.model, blocks, stop, figures, includeUsage: request.includeUsage };
}

async function sendSlowly(reply: Reply, chunkDelayMs: number): Promise<void> {
  const { response } = reply;
  response.writeHead(200, headersOf(reply));
  for (const [index, piece] of bodyOf(reply).entries()) {
    if (index > 0 && chunkDelayMs > 0) await sleep(chunkDelayMs);
    if (response.destroyed) return;
    response.write(piece);
  }
  response.end();
}

function protocolOf(path: string, headers: IncomingHttpHeaders): Protocol {
  if (path.includes('/v1/messages')) return 'anthropic';
  return headers['anthropic-version'] !== undefined ? 'anthropic' : 'openai';
}

/** count_tokens takes the same body without max_tokens. */
function withMaxTokens(path: string, body: unknown): unknown {
  return path.endsWith('/count_tokens') && typeof body === 'object' ? { max_tokens: 1, ...body } : body;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
