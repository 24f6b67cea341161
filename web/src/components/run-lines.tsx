import { Link } from '@tanstack/react-router';
import type { RunLine } from '../api/types.ts';
import { duration, money } from '../lib/format.ts';
import { Empty, Time } from './basics.tsx';
import { StateBadge } from './state-badge.tsx';

/** A short list of runs inside of something else. */
export function RunLines({ runs }: { runs: readonly RunLine[] }) {
  if (runs.length === 0) return <Empty title="No run yet." />;
  return (
    <ul className="divide-y divide-line">
      {runs.map((run) => (
        <li key={run.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 text-[13px]">
          <Link
            to="/runs/$runId"
            params={{ runId: run.id }}
            className="min-w-40 flex-1 truncate font-medium hover:text-accent"
          >
            {run.title}
          </Link>
          {run.error !== null && <span className="font-mono text-2xs text-muted">{run.error}</span>}
          <StateBadge run={{ state: run.state, waitReason: null }} />
          <span className="numbers flex gap-4 text-xs text-muted">
            <span>{duration(run.durationMs)}</span>
            <span>{money(run.cost.usd, run.cost.status === 'known')}</span>
            <Time at={run.createdAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}
