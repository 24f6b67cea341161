import type { RepositoriesResponse, RepositoryResponse, RunLine } from '../../api/contract.ts';
import { formatDuration } from '../../lib/deadline.ts';
import { clean, oneLine } from '../clean.ts';
import type { RenderOptions } from '../print-answer.ts';
import { factWidth, renderFacts } from './facts.ts';
import { costCell, limitCell, percent, plural, spanOf } from './figures.ts';
import { type FittingColumn, renderFittingTable } from './fitting-table.ts';
import { asCalled, quote } from './next-commands.ts';
import { noRunsYet, paintState } from './run-table.ts';

type Listed = RepositoriesResponse['repositories'][number];
type Found = NonNullable<RepositoryResponse['checks']>['found'][number];

export function renderRepositories({ repositories }: RepositoriesResponse, options: RenderOptions): string {
  const { terminal, program, flags, now } = options;
  const [first] = repositories;
  if (!first) return noRunsYet({ program, flags });
  const columns: readonly FittingColumn<Listed>[] = [
    { name: 'REPOSITORY', cell: ({ name }) => name, cut: 'start' },
    { name: 'OPEN', cell: ({ open }) => String(open), right: true },
    { name: 'PLACES', cell: ({ limit }) => limitCell(limit), right: true, optional: true },
    { name: 'ENDED 30D', cell: ({ ended }) => String(ended.ended), right: true },
    { name: 'SUCCESS', cell: ({ ended }) => percent(ended.successRate), right: true },
    {
      name: 'LAST RUN',
      cell: ({ lastRun }) =>
        `${lastRun.state.replace('_', ' ')} ${spanOf(lastRun.createdAt, now.getTime())} ago`,
      paint: ({ lastRun }) => paintState(lastRun.state, terminal.style),
    },
    {
      name: 'CHECKS',
      cell: ({ checks }) => checks?.join(', ') ?? 'not found yet',
      cut: 'end',
      optional: true,
    },
  ];
  const more = asCalled(`runyard repositories ${quote(clean(first.name))}${flags}`, program);
  return [
    renderFittingTable(columns, repositories, terminal),
    '',
    terminal.style.dim('One with its checks and last runs:'),
    `  ${more}`,
  ].join('\n');
}

export function renderRepository(repository: RepositoryResponse, options: RenderOptions): string {
  const { terminal, program, flags, now } = options;
  const { name, open, ended, limit, durations, checks, recent } = repository;
  const { style } = terminal;
  const took =
    durations.medianMs === null
      ? []
      : [
          `${formatDuration(durations.medianMs)} in the middle, 95 % at most ${formatDuration(durations.p95Ms ?? durations.medianMs)}`,
        ];
  const facts = renderFacts(
    [
      ['Repository', [oneLine(name, Math.max(name.length, factWidth(terminal.columns)))]],
      ['Open', [`${plural(open, 'run')}, ${limitCell(limit)} places taken`]],
      ['30 days', [`${ended.ended} ended, ${ended.delivered} delivered (${percent(ended.successRate)})`]],
      ['Took', took],
      [
        'Checks',
        [
          checks === null
            ? 'none of the last runs got that far'
            : `as run ${checks.run} found them ${spanOf(checks.at, now.getTime())} ago`,
        ],
      ],
    ],
    style,
  );
  const runs = asCalled(`runyard runs --repository ${quote(clean(name))}${flags}`, program);
  return [
    facts,
    ...(checks === null || checks.found.length === 0 ? [] : [checkTable(checks.found, options)]),
    ...(recent.length === 0 ? [] : [runTable(recent, options)]),
    `${style.dim('More of its runs:')}\n  ${runs}`,
  ].join('\n\n');
}

function checkTable(found: readonly Found[], { terminal }: RenderOptions): string {
  const { green, red, dim } = terminal.style;
  const columns: readonly FittingColumn<Found>[] = [
    { name: 'CHECK', cell: ({ name }) => name, cut: 'end' },
    {
      name: 'LAST',
      cell: ({ status }) => status,
      paint: ({ status }) => (status === 'passed' ? green : status === 'not-run' ? dim : red),
    },
    { name: 'ON BASE', cell: ({ baseStatus }) => baseStatus ?? '-', optional: true },
    { name: 'TOOK', cell: ({ durationMs }) => formatDuration(durationMs), right: true },
    { name: 'LIMIT', cell: ({ timeoutMs }) => formatDuration(timeoutMs), right: true, optional: true },
    { name: 'COMMAND', cell: ({ command }) => command.join(' ') || 'Runyard itself', cut: 'end' },
    { name: 'FOUND IN', cell: ({ source }) => source, cut: 'end', optional: true },
  ];
  return renderFittingTable(columns, found, terminal);
}

function runTable(runs: readonly RunLine[], { terminal, now }: RenderOptions): string {
  const columns: readonly FittingColumn<RunLine>[] = [
    { name: 'RUN', cell: ({ id }) => id },
    {
      name: 'STATE',
      cell: ({ state }) => state.replace('_', ' '),
      paint: ({ state }) => paintState(state, terminal.style),
    },
    { name: 'AGE', cell: ({ createdAt }) => spanOf(createdAt, now.getTime()), right: true },
    {
      name: 'TOOK',
      cell: ({ durationMs }) => (durationMs === null ? '' : formatDuration(durationMs)),
      right: true,
    },
    { name: 'ATTEMPTS', cell: ({ attempts }) => String(attempts), right: true, optional: true },
    { name: 'COST', cell: ({ cost }) => costCell(cost), right: true, optional: true },
    { name: 'TICKET', cell: ({ title }) => title, cut: 'end' },
    { name: 'ERROR', cell: ({ error }) => error ?? '', cut: 'end', optional: true },
  ];
  return renderFittingTable(columns, runs, terminal);
}
