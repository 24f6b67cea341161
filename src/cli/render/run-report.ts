import type { DiffResponse, RunDetails, RunView } from '../../api/contract.ts';
import type { AttemptRecord } from '../../domain/attempt.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { formatDuration } from '../../lib/deadline.ts';
import { unverifiableReason } from '../../verify/format-verdict.ts';
import { clean, oneLine } from '../clean.ts';
import type { Style, Terminal } from '../terminal.ts';
import { type Fact, hangingLines, renderFacts, wrapWords } from './facts.ts';
import { plural, tokensOf, usd } from './figures.ts';
import { describeRollback } from './rollback.ts';

export interface RunReport {
  readonly details: RunDetails;
  readonly diff: DiffResponse | null;
}

/** All that is known of a run, as it is shown at its end and by `runyard show`. */
export function renderRun({ details, diff }: RunReport, terminal: Terminal): string {
  const { style, columns } = terminal;
  const { run } = details;
  const width = Math.max(40, columns - 14);
  const rows: readonly Fact[] = [
    ['Result', resultOf(details, style, width)],
    ['Run', [run.id]],
    [
      'Ticket',
      [
        `${run.spec.ticket.key ? `${clean(run.spec.ticket.key)}: ` : ''}${oneLine(run.spec.ticket.title, width)}`,
      ],
    ],
    ['Repository', [oneLine(run.spec.repository, width)]],
    ['Doing', details.activity ? [activityLine(details.activity, width)] : []],
    ['Progress', progressLines(details, style)],
    ['Waits for', details.waits.map((wait) => waitLine(wait, style))],
    ['Plan', details.plan ? planLines(details.plan.plan, details.plan.hash, width) : []],
    ['Asks', asksLines(run, width)],
    ['Attempts', attemptLines(details, style, width)],
    ['Checks', checkLines(details, style)],
    ['Reviews', reviewLines(details.reviews, style, width)],
    ['Changes', diff ? changeLines(diff, style) : []],
    ['Commit', run.delivery ? [run.delivery.commit] : []],
    ['Receipt', details.receipt ? [receiptLine(details.receipt, style)] : []],
    ['Branch', run.delivery ? [clean(run.delivery.branch)] : []],
    [
      'Before',
      run.delivery
        ? noted(run.delivery.tag, '(tag; runyard rollback goes back to it)', { style, width })
        : [],
    ],
    ['Undone', details.rollback ? [clean(describeRollback(details.rollback))] : []],
    [
      'Saved',
      details.snapshots.flatMap((ref) => noted(ref, '(runyard salvage gives it back)', { style, width })),
    ],
    ['Tokens', [turnsOf(run)]],
    ['Cost', [costOf(run)]],
    ['Time', [timeOf(run)]],
  ];
  return renderFacts(rows, style);
}

/** A name that may be copied, with a note beside it, or below it where both do not fit. */
function noted(name: string, note: string, { style, width }: { style: Style; width: number }): string[] {
  const fits = name.length + 1 + note.length <= width;
  return fits ? [`${clean(name)} ${style.dim(note)}`] : [clean(name), style.dim(note)];
}

function resultOf({ run, attempts, rollback }: RunDetails, style: Style, width: number): string[] {
  const { state, delivery, error, waitDetail, stage } = run;
  const verdict = attemptOf({ run, attempts })?.verdict ?? null;
  const said = (text: string, colour: (line: string) => string) => wrapWords(clean(text), width).map(colour);
  if (rollback) return said('succeeded, and rolled back since', style.yellow);
  if (state === 'succeeded') {
    return delivery?.verified === false
      ? said(`succeeded, UNVERIFIED: ${unverifiedReason(run, verdict)}`, style.yellow)
      : said('succeeded: a verified commit was delivered', style.green);
  }
  if (state === 'waiting')
    return said(`waiting: ${waitDetail?.reason ?? String(run.waitReason)}`, style.yellow);
  if (error) return said(`${state.replace('_', ' ')}: ${error.what}`, style.red);
  return [state === 'running' ? `running, stage ${stage ?? 'prepare'}` : state];
}

/** One per stage: the newest. Its findings are shown as long as they stand. */
function reviewLines(reviews: RunDetails['reviews'], style: Style, width: number): string[] {
  return reviews.flatMap(({ stage, status, blocking, findings, round, model, error }) => {
    const agreed = blocking > 0 ? style.red('sent back') : style.green('agreed   ');
    const outcome = status === 'unavailable' ? style.yellow('not had  ') : agreed;
    const head = `${stage.padEnd(8)} ${outcome} ${style.dim(`round ${round}, ${clean(model)}`)}`;
    const why = error ? [`  ${oneLine(`${error.what} ${error.why}`, width)}`] : [];
    const shown = findings.slice(0, 5).map(({ severity, file, line, title }) => {
      const place = file === null ? '' : `${clean(file)}${line === null ? '' : `:${line}`} `;
      return `  ${severity}: ${place}${oneLine(title, width - 30)}`;
    });
    return [head, ...why, ...shown];
  });
}

function receiptLine({ keyId, note }: NonNullable<RunDetails['receipt']>, style: Style): string {
  const where = note === 'attached' ? 'a git note of the commit' : 'stored here';
  return `signed, ${where} ${style.dim(`(key ${keyId.slice(0, 16)}; runyard verify-receipt checks it)`)}`;
}

/** Workers report every two seconds; an older word is said to be one. */
const FRESH_MS = 10_000;

function activityLine({ text, ageMs }: NonNullable<RunDetails['activity']>, width: number): string {
  const age = ageMs > FRESH_MS ? ` (its worker said so ${formatDuration(ageMs)} ago)` : '';
  return `${oneLine(text, width)}${age}`;
}

function progressLines({ run, progress }: RunDetails, style: Style): string[] {
  if (run.endedAt !== null || progress === null || progress.fraction === 0) return [];
  const { fraction, leftMs, earlierRuns } = progress;
  const left = leftMs === null ? '' : `, about ${formatDuration(leftMs)} left`;
  const basis =
    earlierRuns === 0
      ? 'no earlier run here to go by'
      : `as ${earlierRuns} earlier run${earlierRuns === 1 ? '' : 's'} here`;
  return [`${Math.floor(fraction * 100)} %${left} ${style.dim(`(${basis})`)}`];
}

function waitLine({ what, until, leftMs, otherwise }: RunDetails['waits'][number], style: Style): string {
  return `${clean(what)}, at most ${formatDuration(leftMs)} more ${style.dim(`(until ${until}; otherwise ${otherwise})`)}`;
}

function unverifiedReason({ spec }: RunView, verdict: Verdict | null): string {
  if (spec.checks.mode === 'off') return 'checks were switched off';
  return unverifiableReason(verdict?.results ?? []);
}

function planLines(plan: Plan, hash: string, width: number): string[] {
  const subtasks = plan.subtasks.map(({ title }, index) => `${index + 1}. ${oneLine(title, width)}`);
  return [`${oneLine(plan.summary, width)} (hash ${hash})`, ...subtasks];
}

/** What it asks a person: questions of a plan or after an attempt, or what guards found. */
function asksLines({ waitDetail }: RunView, width: number): string[] {
  const { questions = [], asks = [] } = waitDetail ?? {};
  return [...questions.map((question, index) => `${index + 1}. ${question}`), ...asks].flatMap((line) =>
    hangingLines(oneLine(line, 700), width),
  );
}

function attemptLines({ attempts }: RunDetails, style: Style, width: number): string[] {
  return attempts.flatMap((attempt) => {
    const { number, agent, model, outcome, durationMs, error } = attempt;
    const colour = outcome === 'passed' ? style.green : style.red;
    const who = model ? `${clean(agent)}, ${clean(model)}` : clean(agent);
    const why = error ? ` ${oneLine(error.what, width - 40)}` : '';
    return [
      `${number}. ${colour(outcome.padEnd(13))} ${who} ${style.dim(formatDuration(durationMs))}${why}`,
      ...healingOf(attempt).flatMap((line) =>
        wrapWords(oneLine(line, 400), width - 3).map((part) => `   ${style.dim(part)}`),
      ),
    ];
  });
}

function healingOf({ startedFrom, autofixes = [], verifiedAgain = 0 }: AttemptRecord): string[] {
  const again = verifiedAgain === 1 ? 'once more' : `${verifiedAgain} more times`;
  return [
    ...(startedFrom?.rolledBack
      ? [`rolled back to attempt ${startedFrom.attempt}: ${startedFrom.because}`]
      : []),
    ...autofixes.map(({ check, command }) => `${check} mended by ${command.join(' ')}, without a model`),
    ...(verifiedAgain > 0 ? [`its commit was verified ${again}`] : []),
  ];
}

/** The attempt that was delivered or waits for a person; otherwise the last one. */
function attemptOf({ run, attempts }: Pick<RunDetails, 'run' | 'attempts'>): AttemptRecord | undefined {
  const commit = run.delivery?.commit ?? run.waitDetail?.commit ?? null;
  return attempts.findLast((attempt) => commit !== null && attempt.commit === commit) ?? attempts.at(-1);
}

function checkLines(details: RunDetails, style: Style): string[] {
  const verdict = attemptOf(details)?.verdict;
  if (!verdict) return [];
  const results = verdict.results.map(({ check, status, durationMs }) => {
    const colour = status === 'passed' ? style.green : style.red;
    return `${clean(check.name).padEnd(12)} ${colour(status.padEnd(9))} ${style.dim(formatDuration(durationMs))}`;
  });
  const problems = verdict.introduced.slice(0, 5).map(({ file, line, message }) => {
    const place = file ? `${clean(file)}${line === null ? '' : `:${line}`} ` : '';
    return `  ${place}${oneLine(message, 120)}`;
  });
  const preexisting = verdict.preexisting.length;
  const before =
    preexisting > 0 ? [style.dim(`${plural(preexisting, 'problem')} from before, not counted`)] : [];
  return [
    ...results,
    ...problems,
    ...guardResults(verdict, style),
    ...before,
    ...verdict.warnings.map((warning) => style.yellow(oneLine(warning, 160))),
  ];
}

/** Those that block are among the problems already. */
function guardResults({ guards }: Verdict, style: Style): string[] {
  const shown = guards.filter(({ action }) => action !== 'block').slice(0, 5);
  return shown.map(({ action, guard, message }) => {
    const text = `guard ${action === 'ask' ? 'asks' : 'warns'}: ${guard}: ${oneLine(message, 140)}`;
    return action === 'ask' ? style.yellow(text) : style.dim(text);
  });
}

function changeLines({ files, truncated }: DiffResponse, style: Style): string[] {
  const lines = files.map(({ path, added, deleted }) => {
    const count = added === null ? 'binary' : `${style.green(`+${added}`)} ${style.red(`-${deleted}`)}`;
    return `${clean(path)} ${count}`;
  });
  return truncated ? [...lines, '(and more)'] : lines;
}

function turnsOf({ usage }: RunView): string {
  const { turns } = usage;
  return `${tokensOf(usage)}; ${turns} model turn${turns === 1 ? '' : 's'}`;
}

function costOf({ cost }: RunView): string {
  const known = usd(cost.usd);
  return cost.status === 'known'
    ? known
    : `unknown (${known} of it known: at least one model has no price in the catalogue)`;
}

function timeOf({ durationMs, createdAt, startedAt }: RunView): string {
  if (durationMs !== null) return formatDuration(durationMs);
  return startedAt ? `started ${startedAt}` : `accepted ${createdAt}`;
}
