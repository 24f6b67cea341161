import { Link } from '@tanstack/react-router';
import type { RunView } from '../api/types.ts';
import { allTokens, duration, money, repositoryName, short } from '../lib/format.ts';
import type { RunsSearch } from '../lib/runs-search.ts';
import { hasEnded } from '../lib/state-words.ts';
import { useNow } from '../lib/use-now.ts';
import { Panel, Time } from './basics.tsx';
import { RunActions } from './run-actions.tsx';
import { ScrollX } from './scroll-x.tsx';
import { StateBadge } from './state-badge.tsx';
import { TableHeads } from './table-heads.tsx';

export function RunTable({ runs }: { runs: readonly RunView[] }) {
  return (
    <Panel flush>
      <ScrollX>
        <table className="rows w-full text-[13px]">
          <TableHeads
            heads={[
              'Run',
              'State',
              ['Stage', 'max-md:hidden'],
              ['Agent', 'max-lg:hidden'],
              ['Attempts', 'number max-md:hidden'],
              ['Tokens', 'number max-lg:hidden'],
              ['Cost', 'number max-sm:hidden'],
              ['Took', 'number max-sm:hidden'],
              ['Accepted', 'number'],
              [
                <span key="actions" className="sr-only">
                  Actions
                </span>,
                '',
              ],
            ]}
          />
          <tbody>
            {runs.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </tbody>
        </table>
      </ScrollX>
    </Panel>
  );
}

function Row({ run }: { run: RunView }) {
  const now = useNow();
  const { usage } = run;
  // Zeros of what never began would look like figures.
  const begun = run.startedAt !== null;
  const took = run.durationMs ?? (run.startedAt === null ? null : now - Date.parse(run.startedAt));
  return (
    <tr>
      <td className="max-w-0 min-w-44 w-1/3">
        <Link
          to="/runs/$runId"
          params={{ runId: run.id }}
          className="block truncate font-medium hover:text-accent"
        >
          {run.spec.ticket.title}
        </Link>
        <span className="block truncate text-xs text-muted" title={run.spec.repository}>
          <span className="font-mono">{run.id}</span> · {repositoryName(run.spec.repository)}
        </span>
      </td>
      <td>
        <StateBadge run={run} />
        {run.error !== null && (
          <Link
            to="/runs"
            search={(before: RunsSearch) => ({
              ...before,
              view: 'table' as const,
              error: run.error?.code ?? '',
            })}
            className="mt-0.5 block font-mono text-2xs text-muted hover:text-accent"
          >
            {run.error.code}
          </Link>
        )}
      </td>
      <td className="text-muted max-md:hidden">{hasEnded(run.state) ? '' : (run.stage ?? '–')}</td>
      <td className="text-muted max-lg:hidden">{run.spec.ladder[0]?.agent}</td>
      <td className="number max-md:hidden">{run.attempt === 0 ? '–' : run.attempt}</td>
      <td className="number max-lg:hidden">{begun ? short(allTokens(usage)) : '–'}</td>
      <td className="number max-sm:hidden">
        {begun ? money(run.cost.usd, run.cost.status === 'known') : '–'}
      </td>
      <td className="number max-sm:hidden">{duration(took)}</td>
      <td className="number text-muted">
        <Time at={run.createdAt} />
      </td>
      <td className="w-8">
        <RunActions run={run} asMenu />
      </td>
    </tr>
  );
}
