import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { get } from '../api/request.ts';
import type { AuditEntryView, ListAuditResponse } from '../api/types.ts';
import { Badge, Empty } from '../components/basics.tsx';
import { FilterFields } from '../components/filter-fields.tsx';
import { OlderPages } from '../components/older-pages.tsx';
import { PageHead } from '../components/page-head.tsx';
import { ScrollX } from '../components/scroll-x.tsx';
import { TableHeads } from '../components/table-heads.tsx';
import { exactTime } from '../lib/format.ts';
import type { Tone } from '../lib/state-words.ts';

const fields = [
  { name: 'actor', label: 'Only this actor', placeholder: 'Actor' },
  { name: 'action', label: 'Only this action', placeholder: 'Action, such as cancelRun' },
  { name: 'target', label: 'Only this target', placeholder: 'Target, such as run:…' },
] as const;

export function AuditPage(): ReactElement {
  const [filter, setFilter] = useState({ actor: '', action: '', target: '' });
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
      <FilterFields fields={fields} filter={filter} onChange={setFilter} />
      <OlderPages query={query}>
        {(pages) => {
          const entries = pages.flatMap((page) => page.entries);
          return entries.length === 0 ? (
            <Empty title="Nothing was done that fits." />
          ) : (
            <Entries entries={entries} />
          );
        }}
      </OlderPages>
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
