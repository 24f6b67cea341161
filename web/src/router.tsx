import { useQueryClient } from '@tanstack/react-query';
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router';
import { type ReactElement, useEffect } from 'react';
import { followEverything } from './api/live.ts';
import { Empty } from './components/basics.tsx';
import { Failed } from './components/loaded.tsx';
import { Shell } from './components/shell.tsx';
import { patiently } from './lib/patient-import.ts';
import { readRunSearch } from './lib/run-search.ts';
import { readRunsSearch } from './lib/runs-search.ts';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { next?: string; problem?: string } => ({
    ...(typeof search['next'] === 'string' ? { next: search['next'] } : {}),
    ...(typeof search['problem'] === 'string' ? { problem: search['problem'] } : {}),
  }),
  component: lazyRouteComponent(() => patiently(() => import('./pages/sign-in.tsx')), 'SignInPage'),
});
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: function App(): ReactElement {
    const client = useQueryClient();
    useEffect(() => followEverything(client), [client]);
    return <Shell />;
  },
});
const pages = app.addChildren([
  createRoute({
    getParentRoute: () => app,
    path: '/',
    component: lazyRouteComponent(() => patiently(() => import('./pages/overview.tsx')), 'OverviewPage'),
  }),
  createRoute({
    getParentRoute: () => app,
    path: '/runs',
    validateSearch: readRunsSearch,
    component: lazyRouteComponent(() => patiently(() => import('./pages/runs.tsx')), 'RunsPage'),
  }),
  createRoute({
    getParentRoute: () => app,
    path: '/runs/$runId',
    validateSearch: readRunSearch,
    component: lazyRouteComponent(() => patiently(() => import('./pages/run.tsx')), 'RunPage'),
  }),
  createRoute({
    getParentRoute: () => app,
    path: '/queue',
    component: lazyRouteComponent(() => patiently(() => import('./pages/queue.tsx')), 'QueuePage'),
  }),
  createRoute({
    getParentRoute: () => app,
    path: '/repositories',
    validateSearch: (search): { repository?: string } =>
      typeof search['repository'] === 'string' ? { repository: search['repository'] } : {},
    component: lazyRouteComponent(
      () => patiently(() => import('./pages/repositories.tsx')),
      'RepositoriesPage',
    ),
  }),
  createRoute({
    getParentRoute: () => app,
    path: '/lessons',
    component: lazyRouteComponent(() => patiently(() => import('./pages/lessons.tsx')), 'LessonsPage'),
  }),
  createRoute({
    getParentRoute: () => app,
    path: '/agents',
    component: lazyRouteComponent(() => patiently(() => import('./pages/agents.tsx')), 'AgentsPage'),
  }),
  createRoute({
    getParentRoute: () => app,
    path: '/nodes',
    component: lazyRouteComponent(() => patiently(() => import('./pages/nodes.tsx')), 'NodesPage'),
  }),
  createRoute({
    getParentRoute: () => app,
    path: '/audit',
    component: lazyRouteComponent(() => patiently(() => import('./pages/audit.tsx')), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => app,
    path: '/settings',
    component: lazyRouteComponent(() => patiently(() => import('./pages/settings.tsx')), 'SettingsPage'),
  }),
]);
/** Every page is loaded when it is first opened, so that the first paint waits for little. */
export const router = createRouter({
  routeTree: root.addChildren([signIn, pages]),
  defaultPreload: 'intent',
  defaultErrorComponent: PageFailed,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function NotFound(): ReactElement {
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

function PageFailed({ error, reset }: ErrorComponentProps): ReactElement {
  return <Failed error={error} onAgain={reset} />;
}
