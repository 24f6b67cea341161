import { parseModelRef } from '../../domain/model-ref.ts';
import { listBreakers } from '../../store/breakers.ts';
import { modelsOfOpenRuns, openGroups, parkedRuns } from '../../store/open-runs.ts';
import type { AgentsResponse, ProvidersResponse } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { breakerView } from './figures.ts';
import { countWhere, holdsPlace, mostRunsOf } from './open-counts.ts';

type Dependencies = Pick<ApiDependencies, 'queue' | 'views'>;

/** Looking at an agent starts a process: so many are looked at, the configured ones first. */
const MOST_AGENTS = 50;

export async function agentsView({ queue, views }: Dependencies): Promise<AgentsResponse> {
  const { db } = queue.store;
  const [open, breakers] = await Promise.all([openGroups(db), breakersByKey(db)]);
  const { configured, builtIn } = views.agents;
  const names = new Set([...configured, ...builtIn, ...open.map(({ agent }) => agent)]);
  const agents = await Promise.all(
    [...names].slice(0, MOST_AGENTS).map(async (name) => {
      const { checkedAt, ...sight } = await views.lookAtAgent(name);
      return {
        name,
        configured: configured.includes(name),
        ...sight,
        checkedAt: checkedAt.toISOString(),
        breaker: breakerView(breakers.get(`agent:${name}`)),
        running: countWhere(open, (group) => holdsPlace(group) && group.agent === name),
        mostRuns: mostRunsOf(views.limits.agents, name, views.limits.maxRunsPerAgent),
      };
    }),
  );
  return { agents: agents.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

export async function providersView({ queue, views }: Dependencies): Promise<ProvidersResponse> {
  const { db } = queue.store;
  const [open, breakers, parked, used] = await Promise.all([
    openGroups(db),
    breakersByKey(db),
    parkedRuns(db),
    modelsOfOpenRuns(db),
  ]);
  const parkedBy = new Map(parked.map((one) => [one.breaker, one]));
  const configured = new Map(views.providers.map((provider) => [provider.name, provider]));
  const models = modelsByProvider([...views.models, ...used.map(({ model }) => model)]);
  const names = new Set([...configured.keys(), ...models.keys()]);
  return {
    providers: [...names].sort().map((name) => {
      const key = `provider:${name}`;
      const waiting = parkedBy.get(key);
      return {
        ...(configured.get(name) ?? { name, kind: null, host: null, hasKey: false }),
        breaker: breakerView(breakers.get(key)),
        parked: waiting?.count ?? 0,
        parkedUntil: waiting?.until.toISOString() ?? null,
        running: countWhere(open, (group) => holdsPlace(group) && group.provider === name),
        mostRuns: mostRunsOf(views.limits.providers, name, views.limits.maxRunsPerProvider),
        models: (models.get(name) ?? []).map((model) => ({
          name: model,
          configured: views.models.includes(model),
          openRuns: used.find((one) => one.model === model)?.runs ?? 0,
          ...views.modelFacts(model),
        })),
      };
    }),
  };
}

async function breakersByKey(db: Dependencies['queue']['store']['db']) {
  return new Map((await listBreakers(db)).map(({ breaker }) => [breaker.key, breaker]));
}

function modelsByProvider(models: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const model of [...new Set(models)].sort()) {
    const { provider } = parseModelRef(model);
    found.set(provider, [...(found.get(provider) ?? []), model]);
  }
  return found;
}
