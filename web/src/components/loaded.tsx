import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { RequestError } from '../api/request.ts';
import { relative } from '../lib/format.ts';
import { useNow } from '../lib/use-now.ts';
import { Button, Skeleton } from './basics.tsx';

/**
 * What was asked for, or a person's words for why it is not there. What was read before stays while it is read again; when that does not
 * succeed it says how old it is, and what answers another question than the one on the screen is dimmed.
 */
export function Loaded<T>({
  query,
  lines,
  children,
}: {
  query: UseQueryResult<T>;
  lines?: number;
  children: (value: T) => ReactNode;
}) {
  if (query.data === undefined) {
    if (query.isError) return <Failed error={query.error} onAgain={() => void query.refetch()} />;
    return <Skeleton {...(lines === undefined ? {} : { lines })} />;
  }
  return (
    <>
      {query.isError && <Old error={query.error} readAt={query.dataUpdatedAt} />}
      {query.isPlaceholderData ? (
        <div aria-busy="true" className="opacity-50">
          {children(query.data)}
        </div>
      ) : (
        children(query.data)
      )}
    </>
  );
}

function Old({ error, readAt }: { error: Error; readAt: number }) {
  const now = useNow();
  return (
    <p
      role="alert"
      className="mb-3 rounded-lg border border-warn/50 bg-warn-soft px-4 py-2 text-[13px] text-warn"
    >
      Not up to date: read {relative(new Date(readAt).toISOString(), Math.max(now, readAt))}. {error.message}
    </p>
  );
}

export function Failed({ error, onAgain }: { error: unknown; onAgain?: () => void }) {
  const request = error instanceof RequestError ? error : null;
  return (
    <div role="alert" className="px-4 py-8 text-center">
      <p className="font-medium text-bad">
        {error instanceof Error ? error.message : 'Something went wrong.'}
      </p>
      {request?.next && <p className="mx-auto mt-1 max-w-prose text-sm text-muted">{request.next}</p>}
      {request?.problem && <p className="mt-1 font-mono text-2xs text-muted">{request.problem.instance}</p>}
      {onAgain && (
        <Button className="mt-3" onClick={onAgain}>
          Try again
        </Button>
      )}
    </div>
  );
}
