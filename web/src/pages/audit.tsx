import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { get } from '../api/request.ts';
import type { AuditEntryView, ListAuditResponse } from '../api/types.ts';
import { Badge, Button, Empty, Panel } from '../components/basics.tsx';
import { Loaded } from '../components/loaded.tsx';
import { PageHead } from '../components/page-head.tsx';
import { ScrollX } from '../components/scroll-x.tsx';
import { TableHeads } from '../components/table-heads.tsx';
import { exactTime } from '../lib/format.ts';
import type { Tone } from '../lib/state-words.ts';

interface Filter {
  readonly actor: string;
  readonly action: string;
  readonly target: string;
}

const names = ['actor', 'action', 'target'] as const;

export function AuditPage(): ReactElement {
  const [filter, setFilter] = useState<Filter>({ actor: '', action: '', target: '' });
  const query = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) =>
      get<ListAuditResponse>('/api/v1/audit', { ...filter, before: pageParam ?? undefined }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
  });
  return (
    <>
      <PageHead title="Audit">
        Who did what, from where, and what it changed. Entries cannot be changed or removed.
      </PageHead>
      <div className="mb-4 flex flex-wrap gap-2" role="search">
        {names.map((name) => (
          <input
            key={name}
            className="field w-full sm:w-52"
            aria-label={`Only this ${name}`}
            placeholder={
              { actor: 'Actor', action: 'Action, such as cancelRun', target: 'Target, such as run:…' }[name]
            }
            value={filter[name]}
            onChange={(event) => setFilter({ ...filter, [name]: event.target.value })}
          />
        ))}
      </div>
      <Loaded query={query}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          return (
            <Panel flush>
              {entries.length === 0 ? (
                <Empty title="Nothing was done that fits." />
              ) : (
                <Entries entries={entries} />
              )}
              {query.hasNextPage && (
                <div className="p-3 text-center">
                  <Button onClick={() => void query.fetchNextPage()}>Show older ones</Button>
                </div>
              )}
            </Panel>
          );
        }}
      </Loaded>
    </>
  );
}

const outcomes: Record<string, Tone> = { done: 'good', succeeded: 'good', refused: 'warn', failed: 'bad' };

function Entries({ entries }: { entries: readonly AuditEntryView[] }) {
  return (
    <ScrollX>
      <table className="rows w-full text-[13px]">
        <TableHeads heads={['When', 'Who', 'What', 'Outcome', 'From', 'Before and after']} />
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td className="numbers whitespace-nowrap text-xs">{exactTime(entry.at)}</td>
              <td>
                {entry.actor.name}
                <span className="block text-2xs text-muted">
                  {entry.actor.kind} {entry.actor.role ?? ''}
                </span>
              </td>
              <td>
                {entry.action}
                {entry.target !== null && (
                  <span className="block font-mono text-2xs text-muted">{entry.target}</span>
                )}
              </td>
              <td>
                <Badge tone={outcomes[entry.outcome] ?? 'quiet'}>{entry.outcome}</Badge>
                {entry.error !== null && (
                  <span className="block font-mono text-2xs text-muted">{entry.error}</span>
                )}
              </td>
              <td className="text-xs">
                {entry.origin.via}
                <span
                  className="block font-mono text-2xs text-muted"
                  title={entry.origin.userAgent ?? undefined}
                >
                  {entry.origin.address}
                </span>
              </td>
              <td className="max-w-96 font-mono text-2xs text-muted">
                <Change before={entry.before} after={entry.after} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

function Change({ before, after }: Pick<AuditEntryView, 'before' | 'after'>) {
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return keys.map((key) => (
    <span key={key} className="block">
      {key}: {wordsOf(before?.[key])}
      {after !== null && wordsOf(before?.[key]) !== wordsOf(after[key]) && (
        <>
          {' → '}
          <span className="text-ink">{wordsOf(after[key])}</span>
        </>
      )}
    </span>
  ));
}

function wordsOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
