import { Link } from '@tanstack/react-router';
import type { OverviewResponse } from '../api/types.ts';
import { count } from '../lib/format.ts';
import { Badge, Empty, Panel, Time } from './basics.tsx';

/** What goes wrong most, with a run to look at. */
export function Failures({ overview: { failureCategories } }: { overview: OverviewResponse }) {
  const most = failureCategories[0]?.count ?? 1;
  return (
    <Panel title="What goes wrong most" flush>
      {failureCategories.length === 0 ? (
        <Empty title="Nothing failed in this time." />
      ) : (
        <ul className="divide-y divide-line">
          {failureCategories.map((category) => (
            <li key={category.code} className="px-4 py-2.5">
              <div className="flex items-center gap-3 text-[13px]">
                <Link
                  to="/runs"
                  search={{ view: 'table', error: category.code }}
                  className="min-w-0 flex-1 truncate font-mono text-xs font-medium hover:text-accent"
                >
                  {category.code}
                </Link>
                <Badge>{category.side}</Badge>
                <span className="numbers w-10 text-right font-semibold">{count(category.count)}</span>
              </div>
              <div className="mt-1.5 h-1 rounded-full bg-raised" aria-hidden>
                <div
                  className="h-full rounded-full bg-bad"
                  style={{ width: `${(category.count / most) * 100}%` }}
                />
              </div>
              <p className="mt-1.5 truncate text-xs text-muted">
                <Link
                  to="/runs/$runId"
                  params={{ runId: category.example.id }}
                  className="text-ink underline decoration-line underline-offset-2 hover:text-accent"
                >
                  {category.example.title}
                </Link>{' '}
                · {category.example.what} · <Time at={category.example.at} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
