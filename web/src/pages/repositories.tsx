import { Link, useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useReading } from '../api/queries.ts';
import type { RepositoriesResponse, RepositoryResponse } from '../api/types.ts';
import { Badge, Empty, Figure, Panel, Time } from '../components/basics.tsx';
import { Loaded } from '../components/loaded.tsx';
import { PageHead } from '../components/page-head.tsx';
import { RunLines } from '../components/run-lines.tsx';
import { ScrollX } from '../components/scroll-x.tsx';
import { TableHeads } from '../components/table-heads.tsx';
import { count, duration, percent, repositoryName } from '../lib/format.ts';
import type { Tone } from '../lib/state-words.ts';

export function RepositoriesPage(): ReactElement {
  const { repository }: { repository?: string } = useSearch({ from: '/app/repositories' });
  return repository === undefined ? <AllRepositories /> : <OneRepository name={repository} />;
}

function AllRepositories() {
  const query = useReading<RepositoriesResponse>('/api/v1/repositories');
  return (
    <>
      <PageHead title="Repositories">Where runs worked, with figures of the last 30 days.</PageHead>
      <Loaded query={query}>
        {({ repositories }) => (
          <Panel flush>
            {repositories.length === 0 ? (
              <Empty title="No run has named a repository yet." />
            ) : (
              <ScrollX>
                <table className="rows w-full text-[13px]">
                  <TableHeads
                    heads={[
                      'Repository',
                      ['Open', 'number'],
                      ['Ended', 'number'],
                      ['Delivered', 'number'],
                      ['At once', 'number max-sm:hidden'],
                      ['Checks', 'max-md:hidden'],
                      ['Last run', 'number'],
                    ]}
                  />
                  <tbody>
                    {repositories.map((repository) => (
                      <tr key={repository.name}>
                        <td className="min-w-40">
                          <Link
                            to="/repositories"
                            search={{ repository: repository.name }}
                            className="font-medium hover:text-accent"
                          >
                            {repositoryName(repository.name)}
                          </Link>
                          <span className="block text-xs text-muted">{repository.name}</span>
                        </td>
                        <td className="number">{count(repository.open)}</td>
                        <td className="number">{count(repository.ended.ended)}</td>
                        <td className="number">{percent(repository.ended.successRate)}</td>
                        <td className="number max-sm:hidden">
                          {count(repository.limit.running)} / {count(repository.limit.mostRuns)}
                        </td>
                        <td className="max-w-64 text-xs text-muted max-md:hidden">
                          {repository.checks === null
                            ? 'not known yet'
                            : repository.checks.join(', ') || 'none found'}
                        </td>
                        <td className="number text-muted">
                          <Time at={repository.lastRun.createdAt} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </ScrollX>
            )}
          </Panel>
        )}
      </Loaded>
    </>
  );
}

function OneRepository({ name }: { name: string }) {
  const query = useReading<RepositoryResponse>('/api/v1/repositories/detail', { repository: name });
  return (
    <>
      <PageHead
        title={repositoryName(name)}
        aside={
          <Link to="/runs" search={{ repository: name }} className="text-[13px] text-accent hover:underline">
            All its runs
          </Link>
        }
      >
        {name}
      </PageHead>
      <Loaded query={query}>
        {(repository) => (
          <div className="grid gap-4">
            <dl className="grid grid-cols-2 gap-4 rounded-lg border border-line bg-panel px-4 py-3 sm:grid-cols-4">
              <Figure
                label="Delivered"
                value={percent(repository.ended.successRate)}
                note={`${count(repository.ended.ended)} ended in 30 days`}
              />
              <Figure
                label="Open"
                value={count(repository.open)}
                note={`at most ${count(repository.limit.mostRuns)} at once`}
              />
              <Figure label="Duration, median" value={duration(repository.durations.medianMs)} />
              <Figure label="95 % within" value={duration(repository.durations.p95Ms)} />
            </dl>
            <Checks checks={repository.checks} />
            <Panel title="Last runs" flush>
              <RunLines runs={repository.recent} />
            </Panel>
          </div>
        )}
      </Loaded>
    </>
  );
}

const statuses: Record<string, Tone> = {
  passed: 'good',
  failed: 'bad',
  'timed-out': 'bad',
  'not-run': 'quiet',
};

function Checks({ checks }: { checks: RepositoryResponse['checks'] }) {
  return (
    <Panel
      title="Checks"
      flush
      {...(checks === null
        ? {}
        : {
            aside: (
              <Link
                to="/runs/$runId"
                params={{ runId: checks.run }}
                search={{ tab: 'checks' }}
                className="hover:text-accent"
              >
                as found <Time at={checks.at} />
              </Link>
            ),
          })}
    >
      {checks === null ? (
        <Empty title="Not known yet.">They are found when a run gets to its checks.</Empty>
      ) : (
        <ScrollX>
          <table className="rows w-full text-[13px]">
            <TableHeads
              heads={[
                'Check',
                'Command',
                ['Found in', 'max-sm:hidden'],
                'Last result',
                ['Took', 'number'],
                ['Limit', 'number max-sm:hidden'],
              ]}
            />
            <tbody>
              {checks.found.map((check) => (
                <tr key={check.name}>
                  <td className="font-medium">{check.name}</td>
                  <td className="font-mono text-xs">{check.command.join(' ') || 'by Runyard itself'}</td>
                  <td className="text-xs text-muted max-sm:hidden">{check.source}</td>
                  <td>
                    <Badge tone={statuses[check.status] ?? 'quiet'}>{check.status}</Badge>
                    {check.baseStatus === 'failed' && (
                      <span className="ml-1.5 text-xs text-muted">failed before too</span>
                    )}
                  </td>
                  <td className="number">{duration(check.durationMs)}</td>
                  <td className="number text-muted max-sm:hidden">{duration(check.timeoutMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
    </Panel>
  );
}
