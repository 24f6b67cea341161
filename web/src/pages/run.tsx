import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { lazy, Suspense } from 'react';
import { useRun } from '../api/queries.ts';
import type { RunDetails } from '../api/types.ts';
import { Skeleton } from '../components/basics.tsx';
import { Loaded } from '../components/loaded.tsx';
import { patiently } from '../lib/patient-import.ts';
import { type RunSearch, type RunTab, runTabs } from '../lib/run-search.ts';
import { RunHeader } from './run/header.tsx';
import { ReceiptPanel } from './run/receipt-panel.tsx';
import { ReviewPanel } from './run/review-panel.tsx';
import { WhyPanel } from './run/why-panel.tsx';

const panels = {
  timeline: lazy(async () => ({ default: (await patiently(() => import('./run/timeline.tsx'))).Timeline })),
  log: lazy(async () => ({ default: (await patiently(() => import('./run/log.tsx'))).Log })),
  plan: lazy(async () => ({ default: (await patiently(() => import('./run/plan.tsx'))).PlanTab })),
  diff: lazy(async () => ({ default: (await patiently(() => import('./run/diff.tsx'))).DiffTab })),
  checks: lazy(async () => ({ default: (await patiently(() => import('./run/checks.tsx'))).ChecksTab })),
  'model-calls': lazy(async () => ({
    default: (await patiently(() => import('./run/model-calls.tsx'))).ModelCallsTab,
  })),
  events: lazy(async () => ({ default: (await patiently(() => import('./run/events.tsx'))).EventsTab })),
};

const titles: Record<RunTab, string> = {
  timeline: 'Timeline',
  log: 'Log',
  plan: 'Plan',
  diff: 'Diff',
  checks: 'Checks',
  'model-calls': 'Model calls',
  events: 'Events',
};

/** One run: where it stands, why, and all it left behind. It follows the run while it goes on. */
export function RunPage(): ReactElement {
  const { runId }: { runId: string } = useParams({ from: '/app/runs/$runId' });
  const query = useRun(runId);
  return <Loaded query={query}>{(details) => <Content key={runId} details={details} />}</Loaded>;
}

function Content({ details }: { details: RunDetails }) {
  const search: RunSearch = useSearch({ from: '/app/runs/$runId' });
  const tab = search.tab ?? 'timeline';
  const Panel = panels[tab];
  return (
    <>
      <RunHeader details={details} />
      <WhyPanel details={details} />
      <ReviewPanel details={details} />
      <ReceiptPanel details={details} />
      <Tabs current={tab} details={details} />
      <Suspense fallback={<Skeleton lines={8} />}>
        <Panel details={details} />
      </Suspense>
    </>
  );
}

function Tabs({ current, details }: { current: RunTab; details: RunDetails }) {
  const shown = runTabs.filter(
    (tab) => tab !== 'plan' || details.run.spec.plan.mode !== 'off' || details.plan !== null,
  );
  return (
    <nav aria-label="Parts of the run" className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
      {shown.map((tab) => (
        <Link
          key={tab}
          to="/runs/$runId"
          params={{ runId: details.run.id }}
          search={{ tab }}
          replace
          resetScroll={false}
          aria-current={tab === current ? 'page' : undefined}
          className={`-mb-px border-b-2 px-3 py-2 text-[13px] whitespace-nowrap ${tab === current ? 'border-accent font-medium text-accent' : 'border-transparent text-muted hover:text-ink'}`}
        >
          {titles[tab]}
        </Link>
      ))}
    </nav>
  );
}
