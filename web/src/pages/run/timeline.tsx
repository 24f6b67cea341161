import { Link } from '@tanstack/react-router';
import { useAttempts } from '../../api/queries.ts';
import type { AttemptsResponse, AttemptView, RunDetails } from '../../api/types.ts';
import { Badge, Empty, Panel } from '../../components/basics.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { clockTime, duration, exactTime, money, percent, short } from '../../lib/format.ts';
import type { Tone } from '../../lib/state-words.ts';
import { useNow } from '../../lib/use-now.ts';

/** Stages on one scale of time, and the ladder of attempts under them. */
export function Timeline({ details }: { details: RunDetails }) {
  const query = useAttempts(details.run.id);
  return (
    <Loaded query={query}>
      {(attempts) => (
        <div className="grid gap-4">
          <Panel title="Stages">
            <Stages stages={attempts.stages} />
          </Panel>
          <Panel title="Attempts" flush aside={ladderWords(details)}>
            {attempts.attempts.length === 0 ? (
              <Empty title="No attempt was made yet." />
            ) : (
              <ol className="divide-y divide-line">
                {attempts.attempts.map((attempt) => (
                  <Attempt
                    key={`${attempt.number}:${attempt.startedAt}`}
                    attempt={attempt}
                    runId={details.run.id}
                  />
                ))}
              </ol>
            )}
          </Panel>
          {details.run.spec.ticket.body.trim() !== '' && (
            <Panel title="Ticket">
              <p className="max-w-prose text-[13px] whitespace-pre-wrap">{details.run.spec.ticket.body}</p>
            </Panel>
          )}
        </div>
      )}
    </Loaded>
  );
}

function ladderWords({ run }: RunDetails): string {
  return run.spec.ladder
    .map(({ agent, model, attempts }) => `${attempts} × ${model === null ? agent : `${agent} ${model}`}`)
    .join(', then ');
}

type StageView = AttemptsResponse['stages'][number];

function Stages({ stages }: { stages: readonly StageView[] }) {
  const now = useNow();
  if (stages.length === 0) return <Empty title="No stage was entered yet." />;
  const start = Date.parse(stages[0]?.startedAt ?? '');
  const end = Math.max(start + 1, ...stages.map((stage) => endOf(stage, now)));
  return (
    <ol className="space-y-1.5">
      {stages.map((stage) => {
        const from = Date.parse(stage.startedAt);
        const to = endOf(stage, now);
        const isOpen = stage.endedAt === null && !stage.interrupted;
        return (
          <li
            key={`${stage.stage}:${stage.startedAt}`}
            className="grid grid-cols-[6.5rem_minmax(0,1fr)_5.5rem] items-center gap-2 text-[13px]"
            title={`${exactTime(stage.startedAt)}${stage.interrupted ? ', interrupted' : ''}`}
          >
            <span className="truncate">
              {stage.stage}
              {stage.attempt > 0 && <span className="ml-1 text-xs text-muted">#{stage.attempt}</span>}
            </span>
            <span className="relative h-2.5 rounded bg-raised">
              <span
                className={`absolute inset-y-0 min-w-1 rounded ${stage.interrupted ? 'bg-warn' : isOpen ? 'animate-pulse bg-accent' : 'bg-accent/60'}`}
                style={{
                  left: `${((from - start) / (end - start)) * 100}%`,
                  width: `${((to - from) / (end - start)) * 100}%`,
                }}
              />
            </span>
            <span className="numbers text-right text-xs text-muted">
              {stage.interrupted ? 'interrupted' : duration(stage.durationMs ?? to - from)}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function endOf(stage: StageView, now: number): number {
  if (stage.endedAt !== null) return Date.parse(stage.endedAt);
  return stage.interrupted ? Date.parse(stage.startedAt) : now;
}

const outcomes: Record<NonNullable<AttemptView['outcome']>, readonly [Tone, string]> = {
  passed: ['good', 'Passed'],
  'checks-failed': ['bad', 'Checks failed'],
  'agent-failed': ['bad', 'Agent failed'],
  'no-changes': ['warn', 'Changed nothing'],
  unverifiable: ['warn', 'Cannot be verified'],
};

function Attempt({ attempt, runId }: { attempt: AttemptView; runId: string }) {
  // Agents that bring their own model are not metered; then what they say themselves is shown.
  const isMetered = attempt.usage.turns > 0 || attempt.reportedUsage === null;
  const usage = isMetered ? attempt.usage : (attempt.reportedUsage ?? attempt.usage);
  const [tone, words] = outcomeOf(attempt);
  return (
    <li className="grid gap-x-4 gap-y-1.5 px-4 py-3 md:grid-cols-[minmax(0,1fr)_16rem]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 text-[13px]">
          <span className="font-semibold">Attempt {attempt.number}</span>
          <Badge tone={tone}>{words}</Badge>
          <span className="text-muted">
            {attempt.agent} {attempt.model ?? ''}
          </span>
        </p>
        <p className="mt-1.5 text-[13px] text-muted">{attempt.reason}</p>
        {attempt.startedFrom && (
          <p className={`mt-1.5 text-[13px] ${attempt.startedFrom.rolledBack ? 'text-warn' : 'text-muted'}`}>
            {attempt.startedFrom.rolledBack ? 'Rolled back to' : 'Went on from'} attempt{' '}
            {attempt.startedFrom.attempt}: {attempt.startedFrom.because}
          </p>
        )}
        {attempt.autofixes?.map(({ check, command, files }) => (
          <p key={check} className="mt-1.5 text-[13px] text-good">
            {check} mended by <code className="break-words">{command.join(' ')}</code>, without a model:{' '}
            {files.join(', ')}
          </p>
        ))}
        {(attempt.verifiedAgain ?? 0) > 0 && (
          <p className="mt-1.5 text-[13px] text-muted">
            Its commit was verified {attempt.verifiedAgain === 1 ? 'once' : `${attempt.verifiedAgain} times`}{' '}
            more, because such a failure can pass by itself.
          </p>
        )}
        {attempt.why !== null && <p className="mt-1.5 text-[13px] text-bad">{attempt.why}</p>}
        {attempt.summary !== '' && (
          <p className="mt-1.5 line-clamp-4 max-w-prose text-[13px] whitespace-pre-wrap text-muted">
            {attempt.summary}
          </p>
        )}
        <p className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs">
          {attempt.hasDiff && <PartLink runId={runId} tab="diff" attempt={attempt.number} words="Diff" />}
          {attempt.checks.length > 0 && (
            <PartLink runId={runId} tab="checks" attempt={attempt.number} words={checkWords(attempt)} />
          )}
        </p>
      </div>
      <dl className="numbers grid grid-cols-2 content-start gap-x-3 gap-y-0.5 text-xs text-muted md:text-right">
        <dt>Began</dt>
        <dd className="text-ink">
          <time dateTime={attempt.startedAt} title={exactTime(attempt.startedAt)}>
            {clockTime(attempt.startedAt)}
          </time>
        </dd>
        <dt>Took</dt>
        <dd className="text-ink">{duration(attempt.durationMs)}</dd>
        <dt>Turns{isMetered ? '' : ', as it says'}</dt>
        <dd className="text-ink">{usage.turns}</dd>
        <dt>Tokens in / out</dt>
        <dd className="text-ink">
          {short(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens)} /{' '}
          {short(usage.outputTokens)}
        </dd>
        <dt>From the cache</dt>
        <dd className="text-ink">{percent(attempt.cacheShare)}</dd>
        <dt>Cost</dt>
        <dd className="text-ink">{money(attempt.cost.usd, attempt.cost.status === 'known')}</dd>
      </dl>
    </li>
  );
}

function outcomeOf(attempt: AttemptView): readonly [Tone, string] {
  if (attempt.outcome !== null) return outcomes[attempt.outcome];
  return attempt.state === 'interrupted' ? ['warn', 'Interrupted'] : ['accent', `In ${attempt.stage}`];
}

function checkWords({ checks }: AttemptView): string {
  const failed = checks.filter(({ judgement }) => judgement === 'new-failure').length;
  return failed === 0 ? `${checks.length} checks` : `${failed} of ${checks.length} checks failed`;
}

function PartLink({
  runId,
  tab,
  attempt,
  words,
}: {
  runId: string;
  tab: 'diff' | 'checks';
  attempt: number;
  words: string;
}) {
  return (
    <Link
      to="/runs/$runId"
      params={{ runId }}
      search={{ tab, attempt }}
      className="text-accent hover:underline"
    >
      {words}
    </Link>
  );
}
