import { Link } from '@tanstack/react-router';
import type { BoardColumn } from '../api/board.ts';
import type { RunView } from '../api/types.ts';
import { duration, money, repositoryName } from '../lib/format.ts';
import type { RunsSearch } from '../lib/runs-search.ts';
import { type Column, columns, hasEnded, stateWords } from '../lib/state-words.ts';
import { useNow } from '../lib/use-now.ts';
import { Time } from './basics.tsx';
import { RunActions } from './run-actions.tsx';
import { StateBadge } from './state-badge.tsx';

/** Five columns on a wide screen, one under the other on a phone, where those that need somebody come first. */
export function RunBoard({ board, isFiltered }: { board: readonly BoardColumn[]; isFiltered: boolean }) {
  return (
    <div className="grid gap-3 lg:grid-cols-5">
      {board.map(({ id, runs, more, states }) => (
        <section
          key={id}
          aria-label={titles[id].title}
          className={`min-w-0 rounded-lg bg-raised/60 p-2 ${id === 'needs-you' ? 'max-lg:order-first' : ''}`}
        >
          <h2 className="flex items-center justify-between px-1.5 py-1 text-xs font-semibold">
            <span>{titles[id].title}</span>
            <span className="numbers font-normal text-muted">
              {runs.length}
              {more && '+'}
            </span>
          </h2>
          <Cards
            runs={runs}
            empty={more ? 'None among the newest.' : isFiltered ? 'None fits.' : titles[id].empty}
            column={id}
          />
          {more && (
            <Link
              to="/runs"
              search={(before: RunsSearch) => ({ ...before, view: 'table' as const, state: states })}
              className="block px-1.5 pt-2 pb-1 text-xs text-accent hover:underline"
            >
              All of them
            </Link>
          )}
        </section>
      ))}
    </div>
  );
}

const titles = Object.fromEntries(columns.map((column) => [column.id, column])) as Record<
  Column,
  (typeof columns)[number]
>;

function Cards({ runs, empty, column }: { runs: readonly RunView[]; empty: string; column: Column }) {
  if (runs.length === 0) return <p className="px-1.5 py-3 text-xs text-muted">{empty}</p>;
  return (
    <ul className="space-y-2">
      {runs.map((run) => (
        <Card key={run.id} run={run} showState={column !== 'queued' && column !== 'delivered'} />
      ))}
    </ul>
  );
}

function Card({ run, showState }: { run: RunView; showState: boolean }) {
  return (
    <li className="relative rounded-md border border-line bg-panel p-2.5 hover:border-accent">
      <div className="flex items-start gap-1">
        <Link
          to="/runs/$runId"
          params={{ runId: run.id }}
          className="line-clamp-2 min-w-0 flex-1 text-[13px] leading-snug font-medium after:absolute after:inset-0"
        >
          {run.spec.ticket.title}
        </Link>
        <div className="relative z-10 -mt-0.5 -mr-1">
          <RunActions run={run} asMenu />
        </div>
      </div>
      <p className="mt-1 truncate text-xs text-muted" title={run.spec.repository}>
        {run.spec.ticket.key !== null && <span className="mr-1.5 font-mono">{run.spec.ticket.key}</span>}
        {repositoryName(run.spec.repository)}
      </p>
      <div className="mt-2 flex flex-wrap items-center justify-between gap-1.5 text-xs text-muted">
        {showState ? <StateBadge run={run} /> : <span className="sr-only">{stateWords(run)}</span>}
        <span className="numbers ml-auto flex gap-2">
          {run.attempt > 1 && <span title="Attempt">#{run.attempt}</span>}
          {hasEnded(run.state) && run.cost.usd > 0 && (
            <span>{money(run.cost.usd, run.cost.status === 'known')}</span>
          )}
          <Elapsed run={run} />
        </span>
      </div>
    </li>
  );
}

/** How long it works or worked; of one that waits or is over, since when. */
function Elapsed({ run }: { run: RunView }) {
  const now = useNow();
  if (run.state === 'running' || run.state === 'starting')
    return <span>{duration(now - Date.parse(run.startedAt ?? run.createdAt))}</span>;
  return <Time at={run.endedAt ?? run.createdAt} />;
}
