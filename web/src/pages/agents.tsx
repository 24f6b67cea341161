import type { ReactElement, ReactNode } from 'react';
import { useReading } from '../api/queries.ts';
import type { AgentsResponse, BreakerView, ProvidersResponse } from '../api/types.ts';
import { Badge, Empty, Panel, Time } from '../components/basics.tsx';
import { Fact } from '../components/facts.tsx';
import { Loaded } from '../components/loaded.tsx';
import { BreakerBadge } from '../components/overview-health.tsx';
import { PageHead } from '../components/page-head.tsx';
import { count, short } from '../lib/format.ts';

export function AgentsPage(): ReactElement {
  const agents = useReading<AgentsResponse>('/api/v1/agents');
  const providers = useReading<ProvidersResponse>('/api/v1/providers');
  return (
    <>
      <PageHead title="Agents and providers">
        What does the work, whether it can, and who answers its model calls.
      </PageHead>
      <h2 className="mb-2 text-[13px] font-semibold">Agents</h2>
      <Loaded query={agents}>
        {(found) => (
          <div className="mb-6 grid gap-3 md:grid-cols-2 xl:grid-cols-3">
            {found.agents.map((agent) => (
              <AgentCard key={agent.name} agent={agent} />
            ))}
          </div>
        )}
      </Loaded>
      <h2 className="mb-2 text-[13px] font-semibold">Providers</h2>
      <Loaded query={providers}>
        {(found) =>
          found.providers.length === 0 ? (
            <Panel>
              <Empty title="No provider is configured.">Agents that bring their own model need none.</Empty>
            </Panel>
          ) : (
            <div className="grid gap-3 lg:grid-cols-2">
              {found.providers.map((provider) => (
                <ProviderCard key={provider.name} provider={provider} />
              ))}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function AgentCard({ agent }: { agent: AgentsResponse['agents'][number] }) {
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2">
          {agent.name}
          {agent.version !== null && (
            <span className="font-mono text-xs font-normal text-muted">{agent.version}</span>
          )}
        </span>
      }
      aside={
        agent.available ? (
          <Badge tone="good">Available</Badge>
        ) : (
          <Badge tone={agent.configured ? 'bad' : 'quiet'}>Not available</Badge>
        )
      }
    >
      {agent.problem !== null && (
        <p className="mb-2 text-[13px]">
          {agent.problem.what} {agent.problem.why} <span className="text-muted">{agent.problem.next}</span>
        </p>
      )}
      <Facts>
        <Fact label="Running">
          {count(agent.running)}
          {agent.mostRuns !== null && ` / ${count(agent.mostRuns)}`}
        </Fact>
        <Fact label="Breaker">
          <Breaker breaker={agent.breaker} />
        </Fact>
        <Fact label="Looked at">
          <Time at={agent.checkedAt} />
        </Fact>
      </Facts>
    </Panel>
  );
}

function ProviderCard({ provider }: { provider: ProvidersResponse['providers'][number] }) {
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-baseline gap-2">
          {provider.name}
          <span className="font-mono text-xs font-normal text-muted">
            {provider.host ?? 'not in this configuration'}
          </span>
        </span>
      }
      aside={provider.hasKey ? 'has a key' : 'no key'}
    >
      <Facts>
        <Fact label="Running">
          {count(provider.running)}
          {provider.mostRuns !== null && ` / ${count(provider.mostRuns)}`}
        </Fact>
        <Fact label="Breaker">
          <Breaker breaker={provider.breaker} />
        </Fact>
        <Fact label="Parked runs">
          {count(provider.parked)}
          {provider.parkedUntil !== null && (
            <span className="text-muted">
              {' '}
              first goes on <Time at={provider.parkedUntil} />
            </span>
          )}
        </Fact>
      </Facts>
      {provider.models.length > 0 && (
        <ul className="mt-3 divide-y divide-line border-t border-line text-[13px]">
          {provider.models.map((model) => (
            <li key={model.name} className="flex flex-wrap items-center gap-x-4 py-1.5">
              <span className="min-w-0 flex-1 truncate font-mono text-xs">{model.name}</span>
              <span className="numbers text-xs text-muted">
                {short(model.contextTokens)} in, {short(model.outputTokens)} out
              </span>
              {!model.priceKnown && <Badge tone="warn">price unknown</Badge>}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Breaker({ breaker }: { breaker: BreakerView }) {
  return (
    <>
      <BreakerBadge breaker={breaker} />
      {breaker.cause !== null && breaker.state !== 'closed' && (
        <span className="mt-1 block text-xs text-muted">
          {breaker.cause} {breaker.next}
        </span>
      )}
    </>
  );
}

function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-3 gap-3 text-[13px]">{children}</dl>;
}
