import type { AttemptRecord } from './attempt.ts';
import type { ErrorCode } from './errors/catalogue.ts';
import type { ErrorData } from './errors/runyard-error.ts';
import {
  classOf,
  type HealableCategory,
  type HealingAction,
  type HealingChoices,
  healingTable,
  mend,
} from './healing-policy.ts';
import { mainProblem } from './healing-rank.ts';

export interface Reaction {
  readonly action: HealingAction;
  /** null: nothing is known that the taxonomy has a name for. */
  readonly category: HealableCategory | null;
  readonly why: string;
  /** Somebody chose it in the configuration. */
  readonly chosen: boolean;
}

/** What follows a category. Of what the taxonomy has no name for, the next attempt is told. */
export function reactionTo(category: string | null, choices: HealingChoices): Reaction {
  if (!isHealable(category)) {
    return { action: mend, category: null, why: 'nothing better is known of this failure', chosen: false };
  }
  const [action, why] = healingTable[category];
  const ofCategory = choices[category];
  const name = ofCategory === undefined ? classOf(category) : category;
  const chosen = choices[name];
  if (chosen === undefined) return { action, category, why, chosen: false };
  return { action: chosen, category, why: `healing.actions.${name} says so`, chosen: true };
}

/** A failed attempt's reaction: that of its error, or of its main problem. */
export function reactionToAttempt(attempt: AttemptRecord, choices: HealingChoices): Reaction {
  if (attempt.outcome === 'no-changes') return reactionTo('no_changes', choices);
  if (attempt.error) return reactionTo(categoryOfError(attempt.error), choices);
  return reactionTo(attempt.verdict ? (mainProblem(attempt.verdict)?.category ?? null) : null, choices);
}

function isHealable(category: string | null): category is HealableCategory {
  return category !== null && Object.hasOwn(healingTable, category);
}

const categoriesOfCodes: Readonly<Record<string, HealableCategory>> = {
  'agent.timed-out': 'timeout',
  'agent.silent': 'timeout',
  'agent.no-first-output': 'timeout',
  'agent.context-full': 'context_length',
  'agent.turn-limit': 'turn_limit',
  'agent.no-terminal-event': 'agent_state',
  'agent.not-installed': 'missing_tool',
  'model.output-limit': 'output_limit',
  'model.malformed-tool-call': 'malformed_tool_call',
  'model.refused': 'content_filter',
  'model.timed-out': 'timeout',
  'gateway.rate-limited': 'rate_limit',
  'gateway.quota-exhausted': 'quota_exhausted',
  'gateway.provider-overloaded': 'overloaded',
  'gateway.provider-unreachable': 'server_error',
  'gateway.provider-timeout': 'timeout',
  'gateway.stream-cut': 'server_error',
  'gateway.rejected-key': 'auth',
  'gateway.unknown-model': 'model_not_found',
  'gateway.context-too-long': 'context_length',
  'gateway.request-refused': 'invalid_request',
  'worker.no-changes': 'no_changes',
} satisfies Partial<Record<ErrorCode, HealableCategory>>;

const categoriesOfStatus: Readonly<Record<number, HealableCategory>> = {
  401: 'auth',
  402: 'quota_exhausted',
  404: 'model_not_found',
  413: 'context_length',
  429: 'rate_limit',
  500: 'server_error',
  502: 'server_error',
  503: 'overloaded',
  529: 'overloaded',
};

/** By its code; an agent passes on the code of its model call, or the status it was answered with. */
export function categoryOfError({ code, fields }: ErrorData): HealableCategory | null {
  const { code: inner, status } = fields;
  const known = (typeof inner === 'string' ? categoriesOfCodes[inner] : undefined) ?? categoriesOfCodes[code];
  return known ?? (typeof status === 'number' ? categoriesOfStatus[status] : undefined) ?? null;
}
