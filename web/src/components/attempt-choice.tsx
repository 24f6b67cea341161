import { Link } from '@tanstack/react-router';

export function AttemptChoice({
  runId,
  tab,
  attempts,
  current,
  last,
}: {
  runId: string;
  tab: 'diff' | 'checks';
  attempts: readonly number[];
  current: number | null;
  /** What stands first and means no attempt of its own. */
  last?: string;
}) {
  if (attempts.length + (last === undefined ? 0 : 1) < 2) return null;
  const look = (isCurrent: boolean) =>
    `rounded-md border px-2 py-1 text-xs ${isCurrent ? 'border-accent bg-accent-soft text-accent' : 'border-line text-muted hover:bg-raised'}`;
  return (
    <div role="group" aria-label="Attempt" className="mb-3 flex flex-wrap gap-1.5">
      {last !== undefined && (
        <Link
          to="/runs/$runId"
          params={{ runId }}
          search={{ tab }}
          replace
          resetScroll={false}
          className={look(current === null)}
        >
          {last}
        </Link>
      )}
      {attempts.map((attempt) => (
        <Link
          key={attempt}
          to="/runs/$runId"
          params={{ runId }}
          search={{ tab, attempt }}
          replace
          resetScroll={false}
          className={look(attempt === current)}
        >
          Attempt {attempt}
        </Link>
      ))}
    </div>
  );
}
