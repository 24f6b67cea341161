import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CirclePause, Hand, TriangleAlert } from 'lucide-react';
import { useMe, useRefreshRun } from '../api/queries.ts';
import { send } from '../api/request.ts';
import type { NeedsYou, OverviewResponse } from '../api/types.ts';
import { repositoryName } from '../lib/format.ts';
import { Button, Empty, Panel, Time } from './basics.tsx';
import { tellFailed } from './toasts.tsx';

const kinds = {
  decide: { icon: Hand, colour: 'text-warn' },
  failed: { icon: TriangleAlert, colour: 'text-bad' },
  parked: { icon: CirclePause, colour: 'text-muted' },
};

export function NeedsYouList({
  items,
  totals,
}: {
  items: readonly NeedsYou[];
  totals: OverviewResponse['needsYouTotals'];
}) {
  const named = [
    [totals.decide, 'to decide'],
    [totals.failed, 'failed'],
    [totals.parked, 'parked'],
  ] as const;
  return (
    <Panel
      title="Needs you"
      flush
      aside={named
        .filter(([times]) => times > 0)
        .map(([times, words]) => `${times} ${words}`)
        .join(' · ')}
    >
      {items.length === 0 ? (
        <Empty title="Nothing needs you.">Approvals, questions and failures would stand here.</Empty>
      ) : (
        <ul className="max-h-[26rem] divide-y divide-line overflow-y-auto">
          {items.map((item) => (
            <Item key={item.id} item={item} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Item({ item }: { item: NeedsYou }) {
  const { icon: Icon, colour } = kinds[item.kind];
  return (
    <li className="relative flex items-start gap-3 px-4 py-2.5 hover:bg-raised/60">
      <Icon size={16} className={`mt-0.5 shrink-0 ${colour}`} aria-hidden />
      <div className="min-w-0 flex-1">
        <Link
          to="/runs/$runId"
          params={{ runId: item.id }}
          search={item.kind === 'decide' && item.stage === 'plan' ? { tab: 'plan' } : {}}
          className="block truncate text-[13px] font-medium after:absolute after:inset-0"
        >
          {item.title}
        </Link>
        <p className="truncate text-xs text-muted">
          {repositoryName(item.repository)} · {item.what}
        </p>
      </div>
      <div className="shrink-0 text-right text-xs text-muted">
        <Time at={item.since} />
        {item.until !== null && (
          <p>
            until <Time at={item.until} />
          </p>
        )}
      </div>
      {item.kind === 'failed' && <Seen id={item.id} title={item.title} />}
    </li>
  );
}

const SERVER_KEEPS_MS = 2_000;

/** It then stands among the failed ones only. */
function Seen({ id, title }: { id: string; title: string }) {
  const me = useMe();
  const refresh = useRefreshRun(id);
  const client = useQueryClient();
  if (me.data === undefined || me.data.role === 'viewer') return null;
  const mark = async () => {
    try {
      await send('POST', `/api/v1/runs/${id}/seen`, {});
      client.setQueriesData<OverviewResponse>(
        { queryKey: ['overview'] },
        (overview) =>
          overview && { ...overview, needsYou: overview.needsYou.filter((item) => item.id !== id) },
      );
      // The server gives the same overview to all who ask within a moment: only after it a new one comes.
      setTimeout(refresh, SERVER_KEEPS_MS);
    } catch (error) {
      tellFailed(error);
    }
  };
  return (
    <Button
      look="quiet"
      className="relative z-10 py-0.5!"
      aria-label={`Seen: ${title}`}
      onClick={() => void mark()}
    >
      Seen
    </Button>
  );
}
