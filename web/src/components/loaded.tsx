import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { RequestError } from '../api/request.ts';
import { Button, Skeleton } from './basics.tsx';

/** What was asked for, or a person's words for why it is not there. What was read before stays while it is read again. */
export function Loaded<T>({
  query,
  lines,
  children,
}: {
  query: UseQueryResult<T>;
  lines?: number;
  children: (value: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <Failed error={query.error} onAgain={() => void query.refetch()} />;
  return <Skeleton {...(lines === undefined ? {} : { lines })} />;
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
