import type { NeedsYou, OverviewResponse, RunView } from '../../api/contract.ts';
import { clean, oneLine } from '../clean.ts';
import type { RenderOptions } from '../print-answer.ts';
import { wrapWords } from './facts.ts';
import { spanOf } from './figures.ts';
import { asCalled, nextCommands } from './next-commands.ts';

/** Of each kind. */
const MOST_SHOWN = 5;

/** What needs somebody, each with the commands to do about it. `waiting`: the runs themselves, as far as they are known. */
export function renderNeedsYou(
  { needsYou, needsYouTotals, at }: OverviewResponse,
  waiting: readonly RunView[],
  options: RenderOptions,
): string {
  const { style } = options.terminal;
  const kinds = ['decide', 'failed', 'parked'] as const;
  const named = { decide: 'to decide', failed: 'failed', parked: 'parked' };
  const counts = kinds.filter((kind) => needsYouTotals[kind] > 0);
  if (counts.length === 0) return style.green('Nothing needs you.');
  const head = `Needs you: ${counts.map((kind) => `${needsYouTotals[kind]} ${named[kind]}`).join(', ')}`;
  const runs = new Map(waiting.map((run) => [run.id, run]));
  const parts = kinds.map((kind) => {
    const shown = needsYou.filter((need) => need.kind === kind).slice(0, MOST_SHOWN);
    const lines = shown.flatMap((need) => linesOf(need, { run: runs.get(need.id), at, options }));
    const more = needsYouTotals[kind] - shown.length;
    return more > 0 ? [...lines, style.dim(`  and ${more} more: ${moreOf(kind, options)}`)] : lines;
  });
  return [...wrapWords(head, options.terminal.columns).map(style.bold), ...parts.flat()].join('\n');
}

interface Standing {
  readonly run: RunView | undefined;
  readonly at: string;
  readonly options: RenderOptions;
}

function linesOf(need: NeedsYou, { run, at, options }: Standing): string[] {
  const { terminal, program } = options;
  const { style, columns } = terminal;
  const paint = need.kind === 'failed' ? style.red : style.yellow;
  const ago = `${need.kind === 'failed' ? 'failed' : 'waits'} ${spanOf(need.since, at)}${need.kind === 'failed' ? ' ago' : ''}`;
  const left = need.until === null ? '' : `, ${untilText(need, at)}`;
  const title = oneLine(need.title, Math.max(10, columns - need.id.length - 6));
  return [
    `  ${need.id}  ${title}`,
    `    ${paint(oneLine(need.what, columns - 4))}`,
    ...wrapWords(`${ago}${left}`, columns - 4).map((line) => `    ${style.dim(line)}`),
    ...commandsFor(need, run, options.flags).map((command) => `    ${asCalled(command, program)}`),
  ];
}

function untilText({ kind, until }: NeedsYou, at: string): string {
  const left = spanOf(at, until ?? at);
  return kind === 'parked' ? `goes on by itself in ${left}` : `ends by itself in ${left}`;
}

/** A decision needs the plan's hash or the commit, which only the run itself names. */
function commandsFor({ kind, id }: NeedsYou, run: RunView | undefined, flags: string): string[] {
  const called = clean(id);
  if (kind === 'failed') return [`runyard why ${called}${flags}`, `runyard seen ${called}${flags}`];
  if (kind === 'parked') return [`runyard why ${called}${flags}`];
  if (run?.state !== 'waiting') return [`runyard show ${called}${flags}`];
  return nextCommands(run, { flags, saved: false })
    .slice(0, 2)
    .map(([command]) => command);
}

function moreOf(kind: NeedsYou['kind'], { program, flags }: RenderOptions): string {
  const states = kind === 'failed' ? 'failed timed_out' : 'waiting';
  return asCalled(`runyard runs --state ${states}${flags}`, program);
}
