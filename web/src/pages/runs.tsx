import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Columns3, Plus, Rows3, X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { useBoard } from '../api/board.ts';
import { type RunFilter, useMe, useRuns } from '../api/queries.ts';
import { Button, Empty, Skeleton } from '../components/basics.tsx';
import { Failed, Loaded } from '../components/loaded.tsx';
import { NewRun } from '../components/new-run.tsx';
import { PageHead } from '../components/page-head.tsx';
import { RunBoard } from '../components/run-board.tsx';
import { RunTable } from '../components/run-table.tsx';
import { filterOf, type RunsSearch } from '../lib/runs-search.ts';

/** All runs, as a board or as a table; what is shown is in the URL. */
export function RunsPage(): ReactElement {
  const search: RunsSearch = useSearch({ from: '/app/runs' });
  const [openedAt] = useState(() => Date.now());
  const [starting, setStarting] = useState(false);
  const me = useMe();
  const mayStart = me.data !== undefined && me.data.role !== 'viewer';
  const view = search.view ?? 'board';
  const filter = filterOf(search, openedAt);
  const isFiltered = Object.keys(search).some((name) => name !== 'view');
  const none = <NoRuns isFiltered={isFiltered} onStart={mayStart ? () => setStarting(true) : null} />;
  return (
    <>
      <PageHead
        title="Runs"
        aside={
          <>
            <ViewSwitch view={view} />
            {mayStart && (
              <Button look="primary" onClick={() => setStarting(true)}>
                <Plus size={15} aria-hidden />
                New run
              </Button>
            )}
          </>
        }
      />
      <Filters search={search} />
      {view === 'board' ? (
        <Board filter={filter} none={none} isFiltered={isFiltered} />
      ) : (
        <Table filter={filter} none={none} />
      )}
      <NewRun open={starting} onOpenChange={setStarting} repository={search.repository} />
    </>
  );
}

interface ViewProps {
  readonly filter: RunFilter;
  /** Instead of it when no run fits. */
  readonly none: ReactNode;
}

function Board({ filter, none, isFiltered }: ViewProps & { isFiltered: boolean }) {
  const { columns, error, isOld, refetch } = useBoard(filter);
  if (columns === null)
    return error === null ? <Skeleton lines={8} /> : <Failed error={error} onAgain={refetch} />;
  return (
    <div aria-busy={isOld} className={isOld ? 'opacity-50' : ''}>
      {error !== null && <Failed error={error} onAgain={refetch} />}
      {columns.every(({ runs }) => runs.length === 0) ? (
        none
      ) : (
        <RunBoard board={columns} isFiltered={isFiltered} />
      )}
    </div>
  );
}

function Table({ filter, none }: ViewProps) {
  const query = useRuns({ ...filter, limit: RUNS_OF_A_PAGE });
  return (
    <Loaded query={query} lines={8}>
      {({ pages }) => {
        const runs = pages.flatMap((page) => page.runs);
        if (runs.length === 0) return none;
        return (
          <>
            <RunTable runs={runs} />
            {query.hasNextPage && (
              <div className="py-4 text-center">
                <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {query.isFetchingNextPage ? 'Reading…' : 'Show older runs'}
                </Button>
              </div>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

const RUNS_OF_A_PAGE = 50;

function NoRuns({ isFiltered, onStart }: { isFiltered: boolean; onStart: (() => void) | null }) {
  if (isFiltered)
    return (
      <Empty title="No run fits these filters.">
        <Link to="/runs" className="text-accent underline">
          Take the filters away
        </Link>
      </Empty>
    );
  return (
    <Empty title="There are no runs yet.">
      <p>A run turns a ticket into a verified commit. Start one here, or in a terminal with runyard run.</p>
      {onStart !== null && (
        <Button look="primary" className="mt-4" onClick={onStart}>
          Start the first run
        </Button>
      )}
    </Empty>
  );
}

function ViewSwitch({ view }: { view: 'board' | 'table' }) {
  const look = (name: string) =>
    `flex items-center gap-1.5 px-2.5 py-1.5 text-[13px] ${view === name ? 'bg-accent-soft text-accent font-medium' : 'text-muted hover:bg-raised'}`;
  return (
    <div
      role="group"
      aria-label="View"
      className="flex overflow-hidden rounded-md border border-line bg-panel"
    >
      <Link
        to="/runs"
        search={(before: RunsSearch) => ({ ...before, view: 'board' as const })}
        className={look('board')}
        aria-current={view === 'board'}
      >
        <Columns3 size={15} aria-hidden />
        Board
      </Link>
      <Link
        to="/runs"
        search={(before: RunsSearch) => ({ ...before, view: 'table' as const })}
        className={look('table')}
        aria-current={view === 'table'}
      >
        <Rows3 size={15} aria-hidden />
        Table
      </Link>
    </div>
  );
}

const states: readonly (readonly [string, string])[] = [
  ['', 'Any state'],
  ['queued', 'Queued'],
  ['starting,running', 'Working'],
  ['waiting', 'Waiting'],
  ['succeeded', 'Succeeded'],
  ['failed,timed_out', 'Failed'],
  ['cancelled', 'Cancelled'],
];
const times: readonly (readonly [string, string])[] = [
  ['', 'Any time'],
  ['1', 'Last hour'],
  ['24', 'Last 24 hours'],
  ['168', 'Last 7 days'],
  ['720', 'Last 30 days'],
];
const TYPING_MS = 250;

function Filters({ search }: { search: RunsSearch }) {
  const navigate = useNavigate();
  const [text, setText] = useState(search.text ?? '');
  const set = (change: Partial<Record<keyof RunsSearch, string | number | undefined>>) =>
    void navigate({
      to: '/runs',
      search: (before: RunsSearch) => clean({ ...before, ...change }) as RunsSearch,
      replace: true,
    });
  useEffect(() => setText(search.text ?? ''), [search.text]);
  useEffect(() => {
    if (text === (search.text ?? '')) return undefined;
    const timer = setTimeout(() => set({ text: text.trim() === '' ? undefined : text.trim() }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const named = (['repository', 'ticket', 'agent', 'error'] as const).filter(
    (name) => search[name] !== undefined,
  );
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2" role="search">
      <input
        className="field w-full sm:w-72"
        type="search"
        aria-label="Search in tickets"
        placeholder="Words of the ticket, or a run id"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Choice
        label="State"
        value={search.state ?? ''}
        options={states}
        onChange={(state) => set({ state })}
      />
      <Choice
        label="Time"
        value={search.hours === undefined ? '' : String(search.hours)}
        options={times}
        onChange={(hours) => set({ hours: hours === '' ? undefined : Number(hours) })}
      />
      {named.map((name) => (
        <span
          key={name}
          className="flex max-w-full items-center gap-1 rounded-full bg-accent-soft py-1 pr-1 pl-3 text-xs text-accent"
        >
          <span className="truncate">
            {name}: {search[name]}
          </span>
          <button
            type="button"
            aria-label={`Take the filter ${name} away`}
            className="rounded-full p-1 hover:bg-panel"
            onClick={() => set({ [name]: undefined })}
          >
            <X size={12} aria-hidden />
          </button>
        </span>
      ))}
    </div>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  const known = options.some(([name]) => name === value) ? options : [...options, [value, value] as const];
  return (
    <select
      className="field"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {known.map(([name, title]) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  );
}

function clean(search: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ''),
  );
}
