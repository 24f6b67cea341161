import { RunyardError, runyardError, toErrorData } from '../../../domain/errors/runyard-error.ts';
import { addUsage, noUsage, type Usage } from '../../../domain/usage.ts';
import { keepStart } from '../running/bounded-text.ts';
import type { Answer, Conversation, ToolCall, ToolResult } from './conversation.ts';
import type { BuiltinEnd, BuiltinEvent } from './events.ts';
import { finish, finishInput } from './tools/finish.ts';
import type { Tool, ToolContext } from './tools/tool.ts';

export interface WorkOptions {
  readonly conversation: Conversation;
  readonly tools: readonly Tool[];
  readonly context: Omit<ToolContext, 'onChange'>;
  readonly turns: number;
  readonly emit: (event: BuiltinEvent) => void;
}

const AGENT = 'builtin';
const LONGEST_ACTIVITY = 4_000;

const REMINDER =
  'You ended your turn without using a tool, and no file was changed. If the work is done, or cannot be done, call finish and say so; otherwise go on with the tools.';

/**
 * Lets the model work until it is done: it calls finish, or answers with text alone after it has changed files. Text alone without any
 * change is asked about once. Failed tools go back to the model; everything that leaves no whole answer ends the work as a failure.
 */
export async function work(options: WorkOptions): Promise<BuiltinEnd> {
  let usage = noUsage;
  const end = (summary: string, error: unknown): BuiltinEnd => ({
    type: 'end',
    summary,
    usage,
    error: error === null ? null : toErrorData(error),
  });
  try {
    const summary = await converse(options, (spent) => {
      usage = addUsage(usage, spent);
    });
    return end(summary, null);
  } catch (error) {
    return end('', forAgent(error));
  }
}

async function converse(options: WorkOptions, onUsage: (usage: Usage) => void): Promise<string> {
  const { conversation, turns, emit } = options;
  const changed = new Set<string>();
  const context: ToolContext = { ...options.context, onChange: (path) => changed.add(path) };
  let reminded = false;
  for (let turn = 1; turn <= turns; turn += 1) {
    const answer = await conversation.ask();
    onUsage(answer.usage);
    emit({ type: 'turn', turn, usage: answer.usage });
    show(answer, emit);
    if (answer.toolCalls.length === 0) {
      if (changed.size > 0) return answer.text;
      if (reminded) throw runyardError('agent.unfinished', { agent: AGENT, turns: turn });
      conversation.addUserText(REMINDER);
      reminded = true;
      continue;
    }
    const results = await callTools(options, context, answer.toolCalls);
    const summary = summaryOf(results);
    if (summary !== null) return summary;
    conversation.addToolResults(results);
  }
  throw runyardError('agent.turn-limit', { agent: AGENT, turns });
}

/** One after the other: a later call may rest on what an earlier one did. */
async function callTools(
  options: WorkOptions,
  context: ToolContext,
  calls: readonly ToolCall[],
): Promise<ToolResult[]> {
  const results: ToolResult[] = [];
  for (const call of calls) {
    options.emit({ type: 'activity', kind: 'tool', name: call.name, text: shorten(inputOf(call)) });
    const failedBefore = results.some((result) => result.isError);
    const result =
      call.name === finish.name && failedBefore
        ? notFinished(call)
        : await callTool(options.tools, context, call);
    const text = shorten(result.isError ? `failed: ${result.text}` : result.text);
    options.emit({ type: 'activity', kind: 'tool-result', name: call.name, text });
    results.push(result);
  }
  return results;
}

async function callTool(tools: readonly Tool[], context: ToolContext, call: ToolCall): Promise<ToolResult> {
  if (call.problem !== null) return { call, isError: true, text: call.problem };
  const tool = tools.find((candidate) => candidate.name === call.name);
  if (tool) return { call, ...(await tool.call(call.input, context)) };
  const known = tools.map(({ name }) => name).join(', ');
  return { call, isError: true, text: `There is no tool ${call.name}. Tools: ${known}.` };
}

function notFinished(call: ToolCall): ToolResult {
  const text = 'Not finished: another call of this turn failed. Look at its result first.';
  return { call, isError: true, text };
}

/** The words of an accepted call of finish; null when there was none. */
function summaryOf(results: readonly ToolResult[]): string | null {
  const done = results.find(({ call, isError }) => call.name === finish.name && !isError);
  return done ? finishInput.parse(done.call.input).summary : null;
}

function show(answer: Answer, emit: (event: BuiltinEvent) => void): void {
  const { thinking, text } = answer;
  if (thinking.trim() !== '')
    emit({ type: 'activity', kind: 'thinking', name: null, text: shorten(thinking) });
  if (text.trim() !== '') emit({ type: 'activity', kind: 'message', name: null, text: shorten(text) });
}

function inputOf({ input }: ToolCall): string {
  return JSON.stringify(input) ?? '';
}

function shorten(text: string): string {
  return keepStart(text, LONGEST_ACTIVITY);
}

/** Errors of the model and of the gateway become the agent's own, with the HTTP status where there was one. */
function forAgent(error: unknown): unknown {
  if (!(error instanceof RunyardError) || error.code.startsWith('agent.')) return error;
  const { code, kind, text } = error;
  if (code === 'gateway.context-too-long') {
    return runyardError('agent.context-full', { agent: AGENT, detail: text.why }, error);
  }
  const status = error.fields['status'];
  const fields = { agent: AGENT, status: typeof status === 'number' ? status : null, code, kind };
  return runyardError('agent.model-error', { ...fields, detail: `${text.what} ${text.why}` }, error);
}
