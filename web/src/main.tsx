import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RequestError } from './api/request.ts';
import { router } from './router.tsx';
import './styles.css';

const MOST_TRIES = 3;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // A refusal stays one; only what did not reach the server is worth another try.
      retry: (tries, error) => tries < MOST_TRIES && error instanceof RequestError && error.status === 0,
    },
  },
});

// A session that ended elsewhere: whichever reading notices it leads to the sign-in page.
client.getQueryCache().subscribe(({ type, query }) => {
  if (type !== 'updated' || !(query.state.error instanceof RequestError)) return;
  if (query.state.error.status === 401 && router.state.location.pathname !== '/sign-in')
    void router.navigate({
      to: '/sign-in',
      search: {
        next: router.state.location.href,
        // Who was in before is told why; who comes for the first time knows.
        ...(client.getQueryData(['me']) === undefined ? {} : { problem: 'session-over' }),
      },
    });
});

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
