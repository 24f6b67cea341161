import { Link } from '@tanstack/react-router';
import type { BreakerView, NodeView, OverviewResponse } from '../api/types.ts';
import { count } from '../lib/format.ts';
import type { Tone } from '../lib/state-words.ts';
import { Badge, Empty, Panel, Time } from './basics.tsx';

/** Whether what runs depend on is well. */
export function Health({ overview: { providers, agentsInTrouble, nodes } }: { overview: OverviewResponse }) {
  return (
    <Panel title="Providers and nodes" flush>
      <ul className="divide-y divide-line text-[13px]">
        {providers.map(({ name, breaker, running, mostRuns }) => (
          <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
            <Link to="/agents" className="min-w-0 flex-1 truncate font-medium hover:text-accent">
              {name}
            </Link>
            <span className="numbers text-xs text-muted">
              {count(running)}
              {mostRuns === null ? '' : ` / ${count(mostRuns)}`} running
            </span>
            <BreakerBadge breaker={breaker} />
          </li>
        ))}
        {agentsInTrouble.map(({ name, breaker }) => (
          <li key={name} className="flex flex-wrap items-center gap-3 px-4 py-2">
            <span className="min-w-0 flex-1 truncate font-medium">Agent {name}</span>
            <BreakerBadge breaker={breaker} />
          </li>
        ))}
        {nodes.map((node) => (
          <li key={node.id} className="flex flex-wrap items-center gap-3 px-4 py-2">
            <Link to="/nodes" className="min-w-0 flex-1 truncate font-medium hover:text-accent">
              {node.host}
              {node.here && <span className="ml-1.5 text-xs font-normal text-muted">this one</span>}
            </Link>
            <span className="numbers text-xs text-muted">{count(node.activeRuns)} runs</span>
            <NodeBadge node={node} />
          </li>
        ))}
      </ul>
      {providers.length + nodes.length === 0 && <Empty title="No provider and no node is known." />}
    </Panel>
  );
}

const breakers: Record<BreakerView['state'], readonly [Tone, string]> = {
  closed: ['good', 'Healthy'],
  open: ['bad', 'Left alone'],
  half_open: ['warn', 'Being tried'],
};

export function BreakerBadge({ breaker }: { breaker: BreakerView }) {
  const [tone, words] = breakers[breaker.state];
  return (
    <Badge tone={tone} {...(breaker.cause === null ? {} : { title: breaker.cause })}>
      {words}
      {breaker.state !== 'closed' && breaker.retryAt !== null && (
        <span className="font-normal">
          , tried <Time at={breaker.retryAt} />
        </span>
      )}
    </Badge>
  );
}

const nodeStates: Record<NodeView['state'], readonly [Tone, string]> = {
  alive: ['good', 'Alive'],
  draining: ['warn', 'Draining'],
  stopped: ['quiet', 'Stopped'],
  lost: ['bad', 'Lost'],
};

export function NodeBadge({ node }: { node: NodeView }) {
  const [tone, words] = nodeStates[node.state];
  return <Badge tone={tone}>{words}</Badge>;
}
