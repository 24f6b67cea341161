const SECOND = 1_000;

/** Events that change what lists of runs show. The others change only the page of their run. */
const ofLists =
  /^(run\.(accepted|state-changed|delivered|rolled-back|stop-requested|recovered)|stage\.started|attempt\.started|plan\.)/;
const ofPlans = /^(plan\.|run\.state-changed)/;
const ofDiff = /^(attempt\.finished|run\.delivered|run\.rolled-back|verdict\.reached)/;

export interface Change {
  /** Start of the keys of queries. */
  readonly key: readonly string[];
  /** How long it rests afterwards: what is dear to read is read less often. */
  readonly gapMs: number;
}

/** What has to be read again after an event of a run; the log is told apart from this. */
export function changesOf(type: string, runId: string): Change[] {
  const run = (part: string, gapMs: number): Change => ({ key: ['run', runId, part], gapMs });
  const lists = ofLists.test(type)
    ? [
        { key: ['runs'], gapMs: 2 * SECOND },
        { key: ['queue'], gapMs: 2 * SECOND },
        { key: ['overview'], gapMs: 3 * SECOND },
      ]
    : [];
  const isTalk = type === 'agent.activity';
  return [
    ...lists,
    run('model-calls', 5 * SECOND),
    run('events', 5 * SECOND),
    ...(isTalk ? [] : [run('details', SECOND), run('why', 2 * SECOND), run('attempts', 2 * SECOND)]),
    ...(ofPlans.test(type) ? [run('plans', SECOND)] : []),
    ...(ofDiff.test(type) ? [run('diff', 2 * SECOND)] : []),
  ];
}
