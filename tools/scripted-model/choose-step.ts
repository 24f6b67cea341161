import { createHash } from 'node:crypto';
import type { ModelRequest } from './request.ts';
import { type Conversation, callsOf, type Match, type Scenario, type Step, toolActions } from './scenario.ts';

export interface ChosenStep {
  readonly conversation: string;
  readonly index: number;
  readonly step: Step;
}

export type ChooseStep = (request: ModelRequest) => ChosenStep | null;

/**
 * Which step answers a request: the conversation is the first whose match holds, the step is counted by the tool results already in
 * the request. So a repeated request gets the same answer, and nothing depends on what was asked before, but for `times`.
 */
export function stepChooser(scenario: Scenario): ChooseStep {
  const served = new Map<Conversation, Set<string>>();
  return (request) => {
    const identity = createHash('sha256')
      .update(JSON.stringify([request.model, request.userTexts[0]]))
      .digest('hex');
    for (const conversation of scenario.conversations) {
      if (!matches(conversation, request)) continue;
      const known = served.get(conversation) ?? new Set();
      if (!known.has(identity) && conversation.times !== 'always' && known.size >= conversation.times)
        continue;
      served.set(conversation, known.add(identity));
      return { conversation: conversation.name, ...stepAfter(conversation.steps, request.toolResults) };
    }
    if (request.tools.length > 0) return null;
    return {
      conversation: 'side request',
      index: 0,
      step: { text: scenario.sideAnswer, delayMs: 0, chunkDelayMs: 0 },
    };
  };
}

function stepAfter(steps: readonly Step[], toolResults: number): { index: number; step: Step } {
  let seen = 0;
  for (const [index, step] of steps.entries()) {
    const calls = callsOf(step);
    if (seen + calls > toolResults || calls === 0) return { index, step };
    seen += calls;
  }
  return { index: steps.length, step: { finish: 'All done.', delayMs: 0, chunkDelayMs: 0 } };
}

function matches(conversation: Conversation, request: ModelRequest): boolean {
  const { match } = conversation;
  const needsTools = match.tools ?? (usesTools(conversation) ? true : undefined);
  if (needsTools !== undefined && needsTools !== request.tools.length > 0) return false;
  if (match.protocol !== undefined && match.protocol !== request.protocol) return false;
  return (
    holds(match.system, request.system) &&
    holds(match.firstUser, request.userTexts[0] ?? '') &&
    holds(match.lastUser, request.userTexts.at(-1) ?? '') &&
    holds(match.anywhere, [request.system, ...request.userTexts].join('\n')) &&
    holds(match.model, request.model)
  );
}

function usesTools(conversation: Conversation): boolean {
  const actions = conversation.steps.flatMap((step) => [step, ...(step.all ?? [])]);
  return actions.some((action) =>
    toolActions.some((name) => name in action && Reflect.get(action, name) !== undefined),
  );
}

function holds(wanted: Match['system'], text: string): boolean {
  if (wanted === undefined) return true;
  return [wanted].flat().every((needle) => {
    if (needle instanceof RegExp) return needle.test(text);
    const pattern = /^\/(.+)\/([a-z]*)$/s.exec(needle);
    return pattern ? new RegExp(pattern[1] ?? '', pattern[2]).test(text) : text.includes(needle);
  });
}
