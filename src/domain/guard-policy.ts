import {
  type GuardAction,
  type GuardFinding,
  type GuardName,
  type GuardPolicy,
  type GuardSummary,
  guardNames,
} from './guard.ts';

/** `certain`: there is no ordinary reason for it. `doubtful`: it may be right, and a person sees that at a glance. */
export type GuardWeight = 'certain' | 'doubtful';

export type ResolvedPolicy = Readonly<Record<GuardName, Readonly<Record<GuardWeight, GuardAction>>>>;

interface GuardDefault extends Readonly<Record<GuardWeight, GuardAction>> {
  readonly because: string;
}

/** What each guard does unless somebody says otherwise, and why. docs/guards.md shows this table. */
export const guardDefaults: Readonly<Record<GuardName, GuardDefault>> = {
  'deleted-tests': {
    certain: 'block',
    doubtful: 'ask',
    because: 'a test that is gone cannot fail; one whose subject went with it is no finding',
  },
  'skipped-tests': {
    certain: 'block',
    doubtful: 'ask',
    because: 'a skipped test passes whatever the code does; a condition may be right',
  },
  'weakened-tests': {
    certain: 'block',
    doubtful: 'ask',
    because: 'a test that no longer looks at the result proves nothing',
  },
  'changed-expectations': {
    certain: 'ask',
    doubtful: 'warn',
    because: 'the ticket may want other results, which only a person can tell',
  },
  'loosened-configuration': {
    certain: 'block',
    doubtful: 'ask',
    because: 'a check that looks at less passes more easily',
  },
  'suppressed-checks': {
    certain: 'block',
    doubtful: 'warn',
    because: 'a silenced type error is still there; a single lint rule with its name is ordinary',
  },
  secrets: {
    certain: 'block',
    doubtful: 'warn',
    because: 'what is pushed once has to be revoked; test fixtures hold keys that open nothing',
  },
  'binary-files': {
    certain: 'ask',
    doubtful: 'warn',
    because: 'nobody can review a program; other binary files are said',
  },
  'large-files': {
    certain: 'ask',
    doubtful: 'warn',
    because: 'a repository keeps a large file for ever',
  },
  'out-of-scope': {
    certain: 'warn',
    doubtful: 'warn',
    because: 'plans are made before the code is known, so they are often a file short',
  },
  'new-dependencies': {
    certain: 'ask',
    doubtful: 'warn',
    because: 'a wrong package runs foreign code; a well-known one is no finding',
  },
  'ci-files': {
    certain: 'ask',
    doubtful: 'warn',
    because: 'they run with rights that no check has',
  },
};

const STRICTNESS: readonly GuardAction[] = ['off', 'warn', 'ask', 'block'];

/**
 * The operator's word replaces the default, for certain and doubtful findings alike. A repository may only make it stricter: what it says
 * is read from the base commit.
 */
export function resolveGuardPolicy(operator: GuardPolicy = {}, repository: GuardPolicy = {}): ResolvedPolicy {
  const entries = guardNames.map((name) => {
    const own = repository[name] ?? 'off';
    const level = (weight: GuardWeight) => stricter(operator[name] ?? guardDefaults[name][weight], own);
    return [name, { certain: level('certain'), doubtful: level('doubtful') }] as const;
  });
  return Object.fromEntries(entries) as unknown as ResolvedPolicy;
}

/** For an event; null: the guards found nothing. */
export function summariseGuards(findings: readonly GuardFinding[]): GuardSummary | null {
  const of = (action: GuardAction) => findings.filter((finding) => finding.action === action);
  const [block, ask, warn] = [of('block'), of('ask'), of('warn')];
  const first = block[0] ?? ask[0] ?? warn[0];
  if (!first) return null;
  return {
    block: block.length,
    ask: ask.length,
    warn: warn.length,
    first: `${first.guard}: ${first.message}`.slice(0, 500),
  };
}

/** The summary as the end of a sentence about a verdict; empty where guards found nothing. */
export function guardsText(summary: GuardSummary | undefined): string {
  if (!summary) return '';
  const { block, ask, warn, first } = summary;
  const counts = [
    ...(block > 0 ? [`${block} block`] : []),
    ...(ask > 0 ? [`${ask} ask`] : []),
    ...(warn > 0 ? [`${warn} warn`] : []),
  ];
  return `; guards: ${counts.join(', ')} (${first})`;
}

/** Findings a person has to decide about before the change is delivered. */
export function askedGuards(findings: readonly GuardFinding[]): readonly GuardFinding[] {
  return findings.filter(({ action }) => action === 'ask');
}

function stricter(a: GuardAction, b: GuardAction): GuardAction {
  return STRICTNESS.indexOf(a) >= STRICTNESS.indexOf(b) ? a : b;
}
