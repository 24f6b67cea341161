import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useOverview } from '../api/queries.ts';
import type { OverviewResponse } from '../api/types.ts';
import { Figure, Panel } from '../components/basics.tsx';
import { Loaded } from '../components/loaded.tsx';
import { NeedsYouList } from '../components/needs-you.tsx';
import { Failures } from '../components/overview-failures.tsx';
import { Health } from '../components/overview-health.tsx';
import { PageHead } from '../components/page-head.tsx';
import { SeriesChart } from '../components/series-chart.tsx';
import { count, duration, money, percent, short } from '../lib/format.ts';

const windows = [
  [24, '24 hours'],
  [168, '7 days'],
  [720, '30 days'],
] as const;

/** What needs somebody first, then how it goes. */
export function OverviewPage(): ReactElement {
  const [hours, setHours] = useState(24);
  const query = useOverview(hours);
  return (
    <>
      <PageHead
        title="Overview"
        aside={
          <select
            className="field text-[13px]"
            aria-label="Time shown"
            value={hours}
            onChange={(event) => setHours(Number(event.target.value))}
          >
            {windows.map(([value, title]) => (
              <option key={value} value={value}>
                Last {title}
              </option>
            ))}
          </select>
        }
      />
      <Loaded query={query} lines={10}>
        {(overview) => <Content overview={overview} />}
      </Loaded>
    </>
  );
}

function Content({ overview }: { overview: OverviewResponse }) {
  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,1.15fr)_minmax(0,1fr)]">
      <div className="grid content-start gap-4">
        <NeedsYouList items={overview.needsYou} totals={overview.needsYouTotals} />
        <Panel title="Runs that ended" aside={<Legend />}>
          <SeriesChart series={overview.series} />
        </Panel>
        <Failures overview={overview} />
      </div>
      <div className="grid content-start gap-4">
        <Figures overview={overview} />
        <Spent overview={overview} />
        <Health overview={overview} />
      </div>
    </div>
  );
}

function Figures({ overview }: { overview: OverviewResponse }) {
  const { ended, durations, selfHeal, queue, states, failures } = overview;
  const rate = ended.successRate;
  return (
    <Panel>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 pt-3 sm:grid-cols-3">
        <Figure
          label="Success rate"
          value={percent(rate)}
          {...(rate === null
            ? {}
            : { tone: rate >= 0.9 ? ('good' as const) : rate >= 0.6 ? ('warn' as const) : ('bad' as const) })}
          note={
            ended.ended === 0
              ? 'nothing ended yet'
              : `${count(ended.delivered)} of ${count(ended.ended)} delivered`
          }
        />
        <Figure label="Failed" value={count(ended.failed + ended.timedOut)} note={sidesOf(failures)} />
        <Figure
          label="Healed by itself"
          value={percent(selfHeal.rate)}
          note={
            selfHeal.hurt === 0
              ? 'no attempt failed'
              : `${count(selfHeal.healed)} of ${count(selfHeal.hurt)} that stumbled`
          }
        />
        <Figure
          label="Duration, median"
          value={duration(durations.medianMs)}
          note={`95 %: ${duration(durations.p95Ms)}`}
        />
        <Figure
          label="Working"
          value={
            <>
              {count(queue.places.running)}
              <span className="text-sm font-normal text-muted"> / {count(queue.places.mostRuns)}</span>
            </>
          }
          note={`${count(states.waiting)} waiting`}
        />
        <Figure
          label="Queue"
          value={
            <Link to="/queue" className="hover:text-accent">
              {count(queue.waiting)}
            </Link>
          }
          note={`of ${count(queue.mostWaiting)} at most`}
        />
      </dl>
    </Panel>
  );
}

function sidesOf(failures: OverviewResponse['failures']): string {
  const named = Object.entries(failures).filter(([, times]) => times > 0);
  return named.length === 0 ? 'none' : named.map(([side, times]) => `${times} ${side}`).join(', ');
}

function Spent({ overview: { spent } }: { overview: OverviewResponse }) {
  const { usage, cost, cacheShare, unknownCostRuns, usdPerDelivered } = spent;
  const all = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens + usage.outputTokens;
  const parts = [
    ['Input', usage.inputTokens, 'bg-accent'],
    ['Cache read', usage.cacheReadTokens, 'bg-good'],
    ['Cache write', usage.cacheWriteTokens, 'bg-warn'],
    ['Output', usage.outputTokens, 'bg-muted'],
  ] as const;
  return (
    <Panel title="Cost and tokens">
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        <Figure
          label="Cost"
          value={money(cost.usd, cost.status === 'known')}
          note={unknownCostRuns > 0 ? `${count(unknownCostRuns)} runs of unknown price` : 'all prices known'}
        />
        <Figure label="Per delivered run" value={money(usdPerDelivered)} note="failed ones counted in" />
        <Figure label="From the cache" value={percent(cacheShare)} note="of what went in" />
      </dl>
      <div className="mt-3 flex h-2 overflow-hidden rounded-full bg-raised" aria-hidden>
        {parts.map(([name, tokens, colour]) => (
          <div key={name} className={colour} style={{ width: all === 0 ? 0 : `${(tokens / all) * 100}%` }} />
        ))}
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        {parts.map(([name, tokens, colour]) => (
          <li key={name} className="flex items-center gap-1.5">
            <span className={`size-2 rounded-full ${colour}`} />
            {name} <span className="numbers text-ink">{short(tokens)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Legend() {
  return (
    <span className="flex gap-3">
      {(
        [
          ['bg-good', 'delivered'],
          ['bg-bad', 'failed'],
          ['bg-muted', 'cancelled'],
        ] as const
      ).map(([colour, name]) => (
        <span key={name} className="flex items-center gap-1.5">
          <span className={`size-2 rounded-sm ${colour}`} />
          {name}
        </span>
      ))}
    </span>
  );
}
