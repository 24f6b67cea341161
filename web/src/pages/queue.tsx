import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useQueue } from '../api/queries.ts';
import type { QueueResponse } from '../api/types.ts';
import { Badge, Empty, Figure, Panel, Time } from '../components/basics.tsx';
import { Loaded } from '../components/loaded.tsx';
import { PageHead } from '../components/page-head.tsx';
import { ScrollX } from '../components/scroll-x.tsx';
import { TableHeads } from '../components/table-heads.tsx';
import { bytes, count, repositoryName } from '../lib/format.ts';

export function QueuePage(): ReactElement {
  const query = useQueue();
  return (
    <>
      <PageHead title="Queue">
        What waits, in the order in which it would start, and why it does not start now.
      </PageHead>
      <Loaded query={query}>{(queue) => <Content queue={queue} />}</Loaded>
    </>
  );
}

function Content({ queue }: { queue: QueueResponse }) {
  const { limits, node } = queue;
  return (
    <div className="grid gap-4">
      <dl className="grid grid-cols-2 gap-4 rounded-lg border border-line bg-panel px-4 py-3 sm:grid-cols-4">
        <Figure
          label="Waiting"
          value={count(queue.waitingTotal)}
          note={`of ${count(limits.maxQueued)} at most`}
        />
        <Figure
          label="Places in use"
          value={`${count(queue.active.length)} / ${count(limits.maxRuns)}`}
          note="on all nodes"
        />
        <Figure
          label="Per repository"
          value={count(limits.maxRunsPerRepository)}
          note="at once, unless set otherwise"
        />
        <Figure
          label="This node"
          value={node === null ? '–' : `${count(node.active)} / ${count(node.places)}`}
          note={
            node === null
              ? 'starts no runs'
              : node.short.length > 0
                ? 'too little of something'
                : 'has what it needs'
          }
          {...(node !== null && node.short.length > 0 ? { tone: 'warn' as const } : {})}
        />
      </dl>
      {node !== null && node.short.length > 0 && (
        <p
          role="alert"
          className="rounded-lg border border-warn/50 bg-warn-soft px-4 py-2.5 text-[13px] text-warn"
        >
          No further run starts on this node: {node.short.map(shortageWords).join('; ')}.
        </p>
      )}
      <Panel title="Waiting" flush>
        {queue.waiting.length === 0 ? <Empty title="Nothing waits." /> : <Waiting queue={queue} />}
      </Panel>
      <Panel title="Working" flush>
        {queue.active.length === 0 ? <Empty title="No place is in use." /> : <Active queue={queue} />}
      </Panel>
    </div>
  );
}

function shortageWords({
  what,
  freeBytes,
  neededBytes,
}: NonNullable<QueueResponse['node']>['short'][number]): string {
  return `${bytes(freeBytes)} of ${what} free, ${bytes(neededBytes)} needed`;
}

const holdWords: Record<QueueResponse['waiting'][number]['reasons'][number], string> = {
  paused: 'provider or agent left alone',
  'repository-limit': 'another run in this repository',
  'agent-limit': 'limit of the agent',
  'provider-limit': 'limit of the provider',
  'global-limit': 'all places in use',
  'node-full': 'this node is full',
  'low-disk': 'too little disk',
  'low-memory': 'too little memory',
};

function Waiting({ queue }: { queue: QueueResponse }) {
  return (
    <ScrollX>
      <table className="rows w-full text-[13px]">
        <TableHeads
          heads={[
            ['#', 'number'],
            'Run',
            'Priority',
            'Why not now',
            ['Accepted', 'number'],
            ['Ends unstarted', 'number max-sm:hidden'],
          ]}
        />
        <tbody>
          {queue.waiting.map((run, index) => (
            <tr key={run.id}>
              <td className="number text-muted">{index + 1}</td>
              <td className="min-w-40">
                <Named run={run} />
              </td>
              <td>{run.priority}</td>
              <td>
                <span className="flex flex-wrap gap-1">
                  {run.reasons.length === 0 ? (
                    <Badge tone="accent">next</Badge>
                  ) : (
                    run.reasons.map((reason) => <Badge key={reason}>{holdWords[reason]}</Badge>)
                  )}
                </span>
              </td>
              <td className="number">
                <Time at={run.acceptedAt} />
              </td>
              <td className="number text-muted max-sm:hidden">
                <Time at={run.expiresAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

function Active({ queue }: { queue: QueueResponse }) {
  return (
    <ScrollX>
      <table className="rows w-full text-[13px]">
        <TableHeads heads={['Run', 'State', 'Stage', ['Agent', 'max-sm:hidden'], ['Started', 'number']]} />
        <tbody>
          {queue.active.map((run) => (
            <tr key={run.id}>
              <td className="min-w-40">
                <Named run={run} />
              </td>
              <td>{run.state}</td>
              <td>{run.stage ?? '–'}</td>
              <td className="max-sm:hidden">
                {run.agent} <span className="text-muted">{run.provider ?? ''}</span>
              </td>
              <td className="number">
                <Time at={run.startedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

function Named({ run }: { run: { id: string; title: string; repository: string } }) {
  return (
    <>
      <Link to="/runs/$runId" params={{ runId: run.id }} className="font-medium hover:text-accent">
        {run.title}
      </Link>
      <span className="block text-xs text-muted" title={run.repository}>
        {repositoryName(run.repository)}
      </span>
    </>
  );
}
