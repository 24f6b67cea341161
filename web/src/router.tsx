import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router';
import { useEffect } from 'react';
import { followEverything } from './api/live.ts';
import { Empty } from './components/basics.tsx';
import { Failed } from './components/loaded.tsx';
import { Shell } from './components/shell.tsx';
import { readRunsSearch } from './lib/runs-search.ts';

/** Every page is loaded when it is first opened, so that the first paint waits for little. */
export function createAppRouter(client: QueryClient) {
  const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
  const signIn = createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    validateSearch: (search): { next?: string } => (typeof search['next'] === 'string' ? { next: search['next'] } : {}),
    component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInPage'),
  });
  const app = createRoute({
    getParentRoute: () => root,
    id: 'app',
    component: function App() {
      useEffect(() => followEverything(client), []);
      return <Shell />;
    },
  });
  const page = { getParentRoute: () => app } as const;
  const routes = [
    createRoute({ ...page, path: '/', component: lazyRouteComponent(() => import('./pages/overview.tsx'), 'OverviewPage') }),
    createRoute({
      ...page,
      path: '/runs',
      validateSearch: readRunsSearch,
      component: lazyRouteComponent(() => import('./pages/runs.tsx'), 'RunsPage'),
    }),
    createRoute({
      ...page,
      path: '/runs/$runId',
      validateSearch: readRunSearch,
      component: lazyRouteComponent(() => import('./pages/run.tsx'), 'RunPage'),
    }),
    createRoute({ ...page, path: '/queue', component: lazyRouteComponent(() => import('./pages/queue.tsx'), 'QueuePage') }),
    createRoute({
      ...page,
      path: '/repositories',
      validateSearch: (search): { repository?: string } =>
        typeof search['repository'] === 'string' ? { repository: search['repository'] } : {},
      component: lazyRouteComponent(() => import('./pages/repositories.tsx'), 'RepositoriesPage'),
    }),
    createRoute({ ...page, path: '/agents', component: lazyRouteComponent(() => import('./pages/agents.tsx'), 'AgentsPage') }),
    createRoute({ ...page, path: '/nodes', component: lazyRouteComponent(() => import('./pages/nodes.tsx'), 'NodesPage') }),
    createRoute({ ...page, path: '/audit', component: lazyRouteComponent(() => import('./pages/audit.tsx'), 'AuditPage') }),
    createRoute({ ...page, path: '/settings', component: lazyRouteComponent(() => import('./pages/settings.tsx'), 'SettingsPage') }),
  ];
  return createRouter({
    routeTree: root.addChildren([signIn, app.addChildren(routes)]),
    defaultPreload: 'intent',
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
  });
}

export const runTabs = ['timeline', 'log', 'plan', 'diff', 'checks', 'model-calls', 'events'] as const;
export type RunTab = (typeof runTabs)[number];

export interface RunSearch {
  readonly tab?: RunTab;
  readonly attempt?: number;
  readonly file?: string;
}

function readRunSearch(search: Record<string, unknown>): RunSearch {
  const tab = runTabs.find((name) => name === search['tab']);
  const attempt = Number(search['attempt']);
  return {
    ...(tab === undefined ? {} : { tab }),
    ...(Number.isInteger(attempt) && attempt > 0 ? { attempt } : {}),
    ...(typeof search['file'] === 'string' ? { file: search['file'] } : {}),
  };
}

function NotFound() {
  return (
    <main className="p-10">
      <Empty title="There is no such page.">
        <a className="text-accent underline" href="/">
          Go to the overview
        </a>
      </Empty>
    </main>
  );
}

function PageFailed({ error, reset }: ErrorComponentProps) {
  return <Failed error={error} onAgain={reset} />;
}
