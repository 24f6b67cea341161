import { Link } from '@tanstack/react-router';
import { GitBranch } from 'lucide-react';
import type { RunDetails } from '../../api/types.ts';
import { Badge, Progress, Time } from '../../components/basics.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Fact } from '../../components/facts.tsx';
import { RunActions } from '../../components/run-actions.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { count, duration, money, percent, repositoryName } from '../../lib/format.ts';
import { hasEnded } from '../../lib/state-words.ts';
import { useNow } from '../../lib/use-now.ts';

export function RunHeader({ details }: { details: RunDetails }) {
  const { run, rollback, retryOf, retries, progress } = details;
  const { ticket, repository } = run.spec;
  return (
    <header className="mb-4">
      <title>{`${ticket.title} · Runyard`}</title>
      <p className="mb-1 flex flex-wrap items-center gap-x-2 text-xs text-muted">
        <Link to="/runs" search={{ repository }} className="hover:text-accent" title={repository}>
          {repositoryName(repository)}
        </Link>
        {ticket.key !== null && <span className="font-mono">{ticket.key}</span>}
        <span className="flex items-center gap-1 font-mono">
          {run.id}
          <CopyButton text={run.id} label="Copy the run id" />
        </span>
        {retryOf !== null && (
          <Link to="/runs/$runId" params={{ runId: retryOf }} className="hover:text-accent">
            again after {retryOf}
          </Link>
        )}
        {retries.map((id) => (
          <Link key={id} to="/runs/$runId" params={{ runId: id }} className="hover:text-accent">
            run again as {id}
          </Link>
        ))}
      </p>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <h1 className="min-w-0 flex-1 basis-72 text-xl leading-snug font-semibold tracking-tight">
          {ticket.title}
        </h1>
        <div className="flex flex-wrap gap-2">
          <RunActions run={run} isUndone={rollback !== null} />
        </div>
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <StateBadge run={run} />
        {!hasEnded(run.state) && run.stage !== null && <Badge>stage {run.stage}</Badge>}
        {run.stopIntent !== null && !hasEnded(run.state) && (
          <Badge tone="warn">Being stopped by {run.stopIntent.by}</Badge>
        )}
        {run.delivery !== null && !run.delivery.verified && <Badge tone="warn">Not verified by checks</Badge>}
        {rollback !== null && <Badge tone="warn">Rolled back</Badge>}
        {run.recoveries > 0 && <Badge title="Its worker was lost so often">{run.recoveries} recovered</Badge>}
      </div>
      {run.state === 'running' && progress !== null && (
        <div className="mt-3 flex items-center gap-3 text-xs text-muted">
          <div className="max-w-96 flex-1">
            <Progress fraction={progress.fraction} label="Progress of the run" />
          </div>
          <span className="numbers">
            {percent(progress.fraction)}
            {progress.leftMs !== null && `, about ${duration(progress.leftMs)} left`}
          </span>
        </div>
      )}
      <Facts details={details} />
    </header>
  );
}

function Facts({ details: { run, activity } }: { details: RunDetails }) {
  const now = useNow();
  const { usage, cost, delivery } = run;
  const limitAt = hasEnded(run.state) ? null : (run.waitUntil ?? run.deadlineAt ?? run.expiresAt);
  const elapsed = run.durationMs ?? now - Date.parse(run.createdAt);
  const into = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return (
    <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 border-y border-line py-3 text-[13px] sm:grid-cols-4 xl:grid-cols-7">
      <Fact label={hasEnded(run.state) ? 'Took' : 'Elapsed'}>
        <span className="numbers">{duration(elapsed)}</span>
      </Fact>
      <Fact label="Attempt">
        <span className="numbers">{run.attempt === 0 ? '–' : run.attempt}</span>
      </Fact>
      <Fact label="Agent">
        {run.spec.ladder[0]?.agent} <span className="text-muted">{run.spec.ladder[0]?.model ?? ''}</span>
      </Fact>
      <Fact label="Cost">
        <span className="numbers">{money(cost.usd, cost.status === 'known')}</span>
      </Fact>
      <Fact label="Tokens in, out">
        <span className="numbers">
          {count(into)} <span className="text-muted">in</span> {count(usage.outputTokens)}{' '}
          <span className="text-muted">out</span>
        </span>
      </Fact>
      <Fact label="Accepted">
        <Time at={run.createdAt} />
      </Fact>
      {limitAt !== null && (
        <Fact label="Ends at the latest">
          <Time at={limitAt} />
        </Fact>
      )}
      {delivery !== null && (
        <Fact label="Delivered on" wide>
          <span className="flex items-center gap-1 font-mono text-xs">
            <GitBranch size={13} className="shrink-0" aria-hidden />
            {delivery.branch}
            <CopyButton text={delivery.branch} label="Copy the name of the branch" />
            <span className="ml-2 text-muted">{delivery.commit.slice(0, 12)}</span>
          </span>
        </Fact>
      )}
      {activity !== null && (
        <Fact label="Last heard" wide>
          <span className="text-muted">
            {activity.text} · <Time at={activity.at} />
          </span>
        </Fact>
      )}
    </dl>
  );
}
