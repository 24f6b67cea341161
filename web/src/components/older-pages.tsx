import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button, Panel } from './basics.tsx';
import { Loaded } from './loaded.tsx';

/** A list, newest first, that is read page by page. */
export function OlderPages<Page>({
  query,
  children,
}: {
  query: UseInfiniteQueryResult<InfiniteData<Page>>;
  children: (pages: readonly Page[]) => ReactNode;
}) {
  return (
    <Loaded query={query}>
      {({ pages }) => (
        <Panel flush>
          {children(pages)}
          {query.hasNextPage && (
            <div className="p-3 text-center">
              <Button onClick={() => void query.fetchNextPage()}>Show older ones</Button>
            </div>
          )}
        </Panel>
      )}
    </Loaded>
  );
}
