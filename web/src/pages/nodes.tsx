import type { ReactElement } from 'react';
import { useReading } from '../api/queries.ts';
import type { NodesResponse, SystemEventsResponse } from '../api/types.ts';
import { Badge, Empty, Panel, Time } from '../components/basics.tsx';
import { Fact } from '../components/facts.tsx';
import { Loaded } from '../components/loaded.tsx';
import { NodeBadge } from '../components/overview-health.tsx';
import { PageHead } from '../components/page-head.tsx';
import { bytes, count } from '../lib/format.ts';

export function NodesPage(): ReactElement {
  const nodes = useReading<NodesResponse>('/api/v1/nodes');
  const events = useReading<SystemEventsResponse>('/api/v1/system-events', { limit: '50' });
  return (
    <>
      <PageHead title="Nodes">Control planes on this database, and what happened to the system.</PageHead>
      <div className="grid gap-4">
        <Loaded query={nodes}>
          {(found) => (
            <div className="grid gap-3 md:grid-cols-2">
              {found.nodes.map((node) => (
                <NodeCard key={node.id} node={node} />
              ))}
            </div>
          )}
        </Loaded>
        <Panel title="System events" flush>
          <Loaded query={events}>{(found) => <SystemEvents events={found.events} />}</Loaded>
        </Panel>
      </div>
    </>
  );
}

function NodeCard({ node }: { node: NodesResponse['nodes'][number] }) {
  return (
    <Panel
      title={
        <>
          {node.host} <span className="font-mono text-xs font-normal text-muted">{node.id}</span>
        </>
      }
      aside={<NodeBadge node={node} />}
    >
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2 text-[13px] sm:grid-cols-4">
        <Fact label="Runs">
          {count(node.activeRuns)}
          {node.places !== null && ` / ${count(node.places)}`}
        </Fact>
        <Fact label="Up since">
          <Time at={node.since} />
        </Fact>
        <Fact label="Last heard">
          <Time at={node.stoppedAt ?? node.lastHeartbeatAt} />
        </Fact>
        <Fact label="Version">
          {node.version ?? '–'} <span className="text-muted">pid {node.pid}</span>
        </Fact>
      </dl>
      {node.duties.length > 0 && (
        <p className="mt-3 flex flex-wrap gap-1.5 text-xs text-muted">
          Does for all:
          {node.duties.map(({ name }) => (
            <Badge key={name}>{name}</Badge>
          ))}
        </p>
      )}
      {node.short?.map((shortage) => (
        <p key={shortage.what} className="mt-2 text-[13px] text-warn">
          Too little {shortage.what}: {bytes(shortage.freeBytes)} free, {bytes(shortage.neededBytes)} needed.
        </p>
      ))}
    </Panel>
  );
}

function SystemEvents({ events }: { events: SystemEventsResponse['events'] }) {
  if (events.length === 0) return <Empty title="Nothing happened to the system." />;
  return (
    <ul className="divide-y divide-line">
      {events.map((event) => (
        <li
          key={event.id}
          className="grid gap-x-4 px-4 py-2 text-[13px] sm:grid-cols-[8rem_14rem_minmax(0,1fr)]"
        >
          <span className="text-xs text-muted">
            <Time at={event.at} />
          </span>
          <span className="min-w-0">
            {event.type} <span className="block truncate font-mono text-2xs text-muted">{event.subject}</span>
          </span>
          <span className="text-muted">{event.data.message}</span>
        </li>
      ))}
    </ul>
  );
}
