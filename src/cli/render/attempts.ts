import type { AttemptsResponse, AttemptView } from '../../api/contract.ts';
import type { GuardFinding } from '../../domain/guard.ts';
import { formatDuration } from '../../lib/deadline.ts';
import { clean, oneLine } from '../clean.ts';
import type { RenderOptions } from '../print-answer.ts';
import { factWidth, renderFacts, wrapWords } from './facts.ts';
import { costCell, percent, plural, tokensOf } from './figures.ts';
import { type FittingColumn, renderFittingTable } from './fitting-table.ts';
import { asCalled } from './next-commands.ts';

type Check = AttemptView['checks'][number];
type Problem = Check['diagnostics'][number];

/** Each attempt with its checks; what the change made worse apart from what was so before. */
export function renderAttempts({ run, attempts }: AttemptsResponse, options: RenderOptions): string {
  if (attempts.length === 0) return 'The run has made no attempt yet.';
  const { program, flags, terminal } = options;
  const withDiff = attempts.filter(({ hasDiff }) => hasDiff);
  const next = withDiff.map(
    ({ number }) => `  ${asCalled(`runyard diff ${run} --attempt ${number}${flags}`, program)}`,
  );
  const hint =
    next.length === 0 ? [] : [`${terminal.style.dim('What an attempt changed:')}\n${next.join('\n')}`];
  return [...attempts.map((attempt) => attemptText(attempt, options)), ...hint].join('\n\n');
}

function attemptText(attempt: AttemptView, { terminal }: RenderOptions): string {
  const { style, columns } = terminal;
  const { agent, model, reason, why, summary, usage, cost, cacheShare, checks, verdict } = attempt;
  const { startedFrom = null, autofixes = [], verifiedAgain = 0 } = attempt;
  const width = factWidth(columns);
  const who = model === null ? agent : `${agent}, ${model}`;
  const cached = cacheShare === null ? '' : `; ${percent(cacheShare)} from the cache`;
  const facts = renderFacts(
    [
      [`Attempt ${attempt.number}`, [`${outcomeOf(attempt, style)} ${style.dim(tookOf(attempt))}`.trimEnd()]],
      ['By', wrapWords(`${oneLine(who, 200)} (${oneLine(reason, 300)})`, width)],
      ['From', startedFrom ? wrapWords(oneLine(fromText(startedFrom), 500), width) : []],
      ['Why', why === null ? [] : wrapWords(oneLine(why, 1000), width)],
      ['Said', summary === '' ? [] : wrapWords(oneLine(summary, 1000), width)],
      ['Tokens', wrapWords(`${tokensOf(usage)}${cached}`, width)],
      ['Cost', [costCell(cost)]],
      ['Verdict', verdict === null ? [] : wrapWords(verdictText(verdict), width)],
      ['Guards', guardFacts(verdict?.guards ?? [], width)],
      ['Mended', autofixes.flatMap((one) => wrapWords(oneLine(mendedText(one), 500), width))],
      ['Again', verifiedAgain === 0 ? [] : [`verified ${plural(verifiedAgain, 'more time')}`]],
      ['', (verdict?.warnings ?? []).flatMap((warning) => wrapWords(oneLine(warning, 1000), width))],
    ],
    style,
  );
  if (checks.length === 0) return facts;
  return [facts, checkTable(checks, { terminal }), ...problemLists(checks, { terminal })].join('\n');
}

function fromText({ attempt, rolledBack, because }: NonNullable<AttemptView['startedFrom']>): string {
  return `${rolledBack ? 'rolled back to ' : ''}attempt ${attempt}: ${because}`;
}

function mendedText({ check, command, files }: NonNullable<AttemptView['autofixes']>[number]): string {
  return `${check} by ${command.join(' ')}, without a model: ${files.join(', ')}`;
}

function outcomeOf(
  { outcome, state, stage }: AttemptView,
  { green, red, yellow, cyan }: RenderOptions['terminal']['style'],
) {
  if (outcome !== null) return (outcome === 'passed' ? green : red)(outcome);
  return state === 'running' ? cyan(`running: ${stage}`) : yellow(`interrupted in ${stage}`);
}

function tookOf({ durationMs, commit }: AttemptView): string {
  const parts = [
    durationMs === null ? '' : formatDuration(durationMs),
    commit === null ? '' : `commit ${commit.slice(0, 12)}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Each finding with its action, and what shows it. */
function guardFacts(guards: readonly GuardFinding[], width: number): string[] {
  return guards
    .slice(0, MOST_NEW)
    .flatMap(({ guard, action, message, evidence }) => [
      ...wrapWords(`${action}: ${guard}: ${oneLine(message, 500)}`, width),
      ...evidence
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [`  ${oneLine(line, Math.max(20, width - 2))}`])),
    ]);
}

function verdictText({ status, introduced, preexisting }: NonNullable<AttemptView['verdict']>): string {
  const old = preexisting === 0 ? '' : `; ${plural(preexisting, 'old one')} not counted`;
  return `${status}: ${plural(introduced, 'new problem')}${old}`;
}

const judgements: Readonly<Record<Check['judgement'], string>> = {
  passed: 'passed',
  'new-failure': 'new failure',
  'old-failure': 'old failure',
  'not-run': 'could not run',
};

function checkTable(checks: readonly Check[], { terminal }: Pick<RenderOptions, 'terminal'>): string {
  const { green, red, yellow, dim } = terminal.style;
  const paints = { passed: green, 'new-failure': red, 'old-failure': yellow, 'not-run': dim };
  const columns: readonly FittingColumn<Check>[] = [
    { name: 'CHECK', cell: ({ name }) => name, cut: 'end' },
    {
      name: 'SAYS',
      cell: ({ judgement }) => judgements[judgement],
      paint: ({ judgement }) => paints[judgement],
    },
    { name: 'ON BASE', cell: ({ baseStatus }) => baseStatus ?? '-', optional: true },
    { name: 'TOOK', cell: ({ durationMs }) => formatDuration(durationMs), right: true },
    {
      name: 'COMMAND',
      cell: ({ command }) => command.join(' ') || 'Runyard itself',
      cut: 'end',
      optional: true,
    },
  ];
  return renderFittingTable(columns, checks, terminal);
}

const MOST_NEW = 10;
const MOST_OLD = 3;

function problemLists(checks: readonly Check[], { terminal }: Pick<RenderOptions, 'terminal'>): string[] {
  const all = checks.flatMap((check) => check.diagnostics);
  const fresh = all.filter(({ isNew }) => isNew);
  const old = all.filter(({ isNew }) => !isNew);
  const { red, dim } = terminal.style;
  return [
    ...problemList(red(`New, caused by the change: ${fresh.length}`), fresh, { most: MOST_NEW, terminal }),
    ...problemList(dim(`Old, on the base commit too: ${old.length}`), old, { most: MOST_OLD, terminal }),
  ];
}

function problemList(
  head: string,
  problems: readonly Problem[],
  { most, terminal }: { most: number; terminal: RenderOptions['terminal'] },
): string[] {
  if (problems.length === 0) return [];
  const room = Math.max(20, terminal.columns - 2);
  const lines = problems.slice(0, most).flatMap(({ file, line, message, hint }) => {
    const place = file === null ? '' : `${clean(file)}${line === null ? '' : `:${line}`} `;
    const advice = hint === null ? [] : [`    ${terminal.style.dim(oneLine(hint, room - 2))}`];
    return [`  ${oneLine(`${place}${message}`, room)}`, ...advice];
  });
  const more = problems.length - most;
  return [head, ...lines, ...(more > 0 ? [terminal.style.dim(`  and ${more} more`)] : [])];
}
