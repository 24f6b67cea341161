import type { FastifyInstance } from 'fastify';
import { shareAnswers } from '../../lib/shared-answer.ts';
import { databaseNow } from '../../store/database-now.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { implement } from '../operations/implement.ts';
import {
  getOverview,
  getRepository,
  getSettings,
  listAgents,
  listNodes,
  listProviders,
  listRepositories,
} from '../operations/views.ts';
import { agentsView, providersView } from '../views/agents.ts';
import { nodeViews } from '../views/nodes.ts';
import { overview } from '../views/overview.ts';
import { repositoriesView, repositoryView } from '../views/repositories.ts';

/** However many people look at the same page, the database is asked so seldom. What covers weeks does not change in a minute, and takes longer to count. */
const overviewFor = {
  forMs: (hours: number) => (hours <= 48 ? 1_500 : hours <= 168 ? 10_000 : 60_000),
  monotonicMs: () => performance.now(),
};
const repositoriesFor = { forMs: () => 5_000, monotonicMs: () => performance.now() };

/** The pages of the whole. */
export function registerViewRoutes(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { views, queue } = dependencies;
  const overviewOf = shareAnswers((hours: number) => overview(dependencies, hours), overviewFor);
  const repositories = shareAnswers((_all: 'all') => repositoriesView(dependencies), repositoriesFor);

  implement(app, getOverview, async ({ query }) => overviewOf(query.hours));
  implement(app, listRepositories, async () => repositories('all'));
  implement(app, getRepository, async ({ query }) => repositoryView(dependencies, query.repository));
  implement(app, listAgents, async () => agentsView(dependencies));
  implement(app, listProviders, async () => providersView(dependencies));
  implement(app, listNodes, async () => {
    const [now, nodes] = await Promise.all([databaseNow(queue.store.db), nodeViews(dependencies)]);
    return { at: now.toISOString(), nodes };
  });
  implement(app, getSettings, async () => views.settings());
}
