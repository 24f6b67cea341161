import type { AttemptRecord, Rung, StartedFrom } from './attempt.ts';
import { defaultHealing, type HealingAction, type HealingSpec } from './healing-policy.ts';
import { isSameWorker, type Standstill, standstillOf } from './healing-progress.ts';
import { bestAttempt, describeRank, rankOf } from './healing-rank.ts';
import { type Reaction, reactionToAttempt } from './healing-reaction.ts';

export interface LadderSnapshot {
  readonly ladder: readonly Rung[];
  readonly attempts: readonly AttemptRecord[];
  /** Absent: the defaults. */
  readonly healing?: HealingSpec | undefined;
}

export type LadderAction =
  | {
      readonly kind: 'attempt';
      readonly number: number;
      readonly rung: number;
      readonly reason: string;
    }
  | { readonly kind: 'deliver'; readonly attempt: AttemptRecord }
  | { readonly kind: 'ask'; readonly last: AttemptRecord; readonly category: string | null }
  | {
      readonly kind: 'give-up';
      readonly last: AttemptRecord;
      readonly because: GiveUpCause;
      readonly words: string;
    };

/**
 * `needs-human`: no further attempt can mend it. `policy`: the configuration says so. `used-up`: every rung had its attempts. The others:
 * it stands still (`Standstill`), and no other agent or model is left.
 */
export type GiveUpCause = 'needs-human' | 'policy' | 'used-up' | Standstill['kind'];

/**
 * What comes after the attempts made so far (V5, V6, X9). A rung is tried as often as it says. What follows a failure is said by the table
 * of healing-policy.ts or by the configuration; an agent and a model that stand still make way for the next rung, because a further
 * identical try has never helped. What only a person can mend (a key that is refused, an agent that is not installed) ends the ladder,
 * unless the configuration names its category.
 */
export function decideNextAttempt(snapshot: LadderSnapshot): LadderAction {
  const { ladder, attempts, healing = defaultHealing } = snapshot;
  const last = attempts.at(-1);
  if (!last) return { kind: 'attempt', number: 1, rung: 0, reason: 'first attempt' };
  if (last.outcome === 'passed' || last.outcome === 'unverifiable') return { kind: 'deliver', attempt: last };

  const reaction = reactionToAttempt(last, healing.actions);
  if (last.error?.kind === 'needs-human' && !reaction.chosen) {
    return { kind: 'give-up', last, because: 'needs-human', words: 'only a person can mend this' };
  }
  if (reaction.action === 'give-up') {
    return { kind: 'give-up', last, because: 'policy', words: `${reaction.category}: ${reaction.why}` };
  }
  if (reaction.action === 'ask' && last.answer === undefined) {
    return { kind: 'ask', last, category: reaction.category };
  }
  return climb(ladder, attempts, { last, reaction, standstill: standstillOf(attempts, healing.patience) });
}

interface Climb {
  readonly last: AttemptRecord;
  readonly reaction: Reaction;
  readonly standstill: Standstill | null;
}

function climb(
  ladder: readonly Rung[],
  attempts: readonly AttemptRecord[],
  { last, reaction, standstill }: Climb,
): LadderAction {
  const number = last.number + 1;
  const onRung = attempts.filter((attempt) => attempt.rung === last.rung).length;
  const allowed = ladder[last.rung]?.attempts ?? 0;
  const leaves = leavesFor(reaction.action);
  if (!leaves && !standstill && onRung < allowed) {
    const reason = `attempt ${last.number} ended with: ${last.outcome}${whyRetried(reaction)}`;
    return { kind: 'attempt', number, rung: last.rung, reason };
  }
  const fits = (rung: Rung) => {
    if (leaves === 'switch-agent') return rung.agent !== last.agent;
    return !((leaves || standstill) && isSameWorker(rung, last));
  };
  const next = ladder.findIndex((rung, index) => index > last.rung && fits(rung));
  const words = standstill?.words ?? (leaves ? `${reaction.category}: ${reaction.why}` : null);
  if (next !== -1) {
    const reason = `escalated: ${words ?? `rung ${last.rung + 1} is used up`}`;
    return { kind: 'attempt', number, rung: next, reason };
  }
  if (standstill) return { kind: 'give-up', last, because: standstill.kind, words: standstill.words };
  return { kind: 'give-up', last, because: 'used-up', words: words ?? 'every rung is used up' };
}

/** The actions that leave the agent or model of the last attempt. */
function leavesFor(action: HealingAction): 'escalate-model' | 'switch-agent' | null {
  return action === 'escalate-model' || action === 'switch-agent' ? action : null;
}

function whyRetried({ action, category, why }: Reaction): string {
  return action === 'retry' && category ? ` (${category}: ${why})` : '';
}

/**
 * Which work the next attempt goes on from (V5): the best attempt's. One that came after it made things worse and is rolled back; one
 * that only ran out of turns had not finished, so its work is kept. null: the base commit.
 */
export function startOf(attempts: readonly AttemptRecord[]): StartedFrom | null {
  const last = attempts.at(-1);
  if (last?.commit && !last.verdict && last.error?.code === 'agent.turn-limit') {
    const because = `attempt ${last.number} ran out of turns; its work is gone on with`;
    return { attempt: last.number, commit: last.commit, rolledBack: false, because };
  }
  const best = bestAttempt(attempts);
  if (!best) return null;
  const { number, commit, verdict } = best;
  const worse = attempts.findLast((attempt) => attempt.number > number && attempt.commit !== null);
  if (!worse) {
    return {
      attempt: number,
      commit,
      rolledBack: false,
      because:
        verdict.status === 'passed'
          ? 'it passed its checks'
          : `it is the best so far: ${describeRank(rankOf(verdict))}`,
    };
  }
  const ended = worse.verdict ? describeRank(rankOf(worse.verdict)) : worse.outcome;
  const because = `attempt ${worse.number} made it worse (${ended}; attempt ${number}: ${describeRank(rankOf(verdict))})`;
  return { attempt: number, commit, rolledBack: true, because };
}
