import type { InspectedCheck, InspectedChecks } from '../../verify/inspect-checks.ts';
import { clean } from '../clean.ts';
import type { Terminal } from '../terminal.ts';
import { type Fact, factWidth, hangingLines, renderFacts } from './facts.ts';
import { type FittingColumn, renderFittingTable } from './fitting-table.ts';

type View = Pick<Terminal, 'columns' | 'style'>;

/** What was found, for a person: the facts, a table in the order of running, then the reasons, what is left out and the warnings. */
export function renderChecks(found: InspectedChecks, view: View): string {
  const sections = [
    renderFacts(factsOf(found, view), view.style),
    table(found, view),
    section(
      'Why',
      found.checks.flatMap((check) => reasonsOf(check)),
      view,
    ),
    section(
      'Left out',
      found.leftOut.map(({ what, source, why }) => `${what} (${source}): ${why}`),
      view,
    ),
    section('Taken away', found.removed.map(takenAway), view),
    section(
      'Missing',
      found.checks.flatMap((check) => missingOf(check)),
      view,
    ),
    section('Warnings', found.warnings, view),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

const SHORT_COMMIT = 12;

function factsOf(found: InspectedChecks, view: View): Fact[] {
  const { repository, commit, baseCommit, changedFiles, install } = found;
  const lines = (text: string) => hangingLines(plain(text), factWidth(view.columns));
  const changed =
    changedFiles === null
      ? 'not named (--base or --changed), so everything counts as changed'
      : `${changedFiles.length} ${changedFiles.length === 1 ? 'file' : 'files'}${baseCommit === null ? '' : ` since ${baseCommit.slice(0, SHORT_COMMIT)}`}`;
  return [
    ['Repository', lines(`${repository} at ${commit.slice(0, SHORT_COMMIT)}`)],
    ['Changed', lines(changed)],
    ['Install', lines(installOf(install))],
    ['Packages', packagesOf(found).flatMap(lines)],
  ];
}

function installOf(install: InspectedChecks['install']): string {
  if (install === null) return 'nothing to install';
  const { argv, source, brings } = install;
  const brought = brings
    ? `; ${brings.packageName}@${brings.version} comes from the registry first, as this machine has none`
    : '';
  return `${argv.join(' ')} (${source})${brought}`;
}

const MOST_PACKAGES = 12;

function packagesOf({ workspace }: InspectedChecks): string[] {
  if (workspace === null) return [];
  const { source, total, affected } = workspace;
  const { packages, all } = affected;
  if (all !== null) return [`all ${total} of ${source}: ${all}`];
  const named = packages.slice(0, MOST_PACKAGES).map(({ folder, reason }) => `${folder}: ${reason}`);
  const more = packages.length - named.length;
  return [`${packages.length} of ${total} of ${source}`, ...named, ...(more > 0 ? [`and ${more} more`] : [])];
}

function table(found: InspectedChecks, view: View): string {
  if (found.broken) {
    const { file, message, line } = found.broken;
    return view.style.red(
      plain(`${file} cannot be read${line === null ? '' : ` at line ${line}`}: ${message}`),
    );
  }
  if (found.checks.length === 0)
    return 'There is nothing to check with. Name commands in runyard.yaml (docs/checks.md).';
  return renderFittingTable(columns(view), found.checks, view);
}

function columns({ style }: View): FittingColumn<InspectedCheck>[] {
  return [
    { name: 'CHECK', cell: ({ name }) => name, cut: 'end' },
    {
      name: 'COMMAND',
      cell: ({ argv, missing }) =>
        argv.length === 0 ? '(by Runyard)' : `${missing === null ? '' : 'MISSING '}${argv.join(' ')}`,
      cut: 'end',
      paint: ({ missing }) => (missing === null ? (text) => text : style.red),
    },
    { name: 'STARTS', cell: startOf, cut: 'end' },
    { name: 'FROM', cell: ({ source }) => source, cut: 'start', optional: true },
  ];
}

function startOf({ needs }: InspectedCheck): string {
  if (needs === undefined) return 'after those above';
  return needs.length === 0 ? 'at once' : `after ${needs.join(', ')}`;
}

function reasonsOf({ name, reasons, fix, source }: InspectedCheck): string[] {
  const why = reasons.length > 0 ? reasons.join('; ') : source;
  const mended = fix === undefined ? [] : [`mended by: ${fix.join(' ')}`];
  return [`${name}: ${[why, ...mended].join('; ')}`];
}

function takenAway({ name, source }: InspectedChecks['removed'][number]): string {
  return `${name} (${source}): the base has it and the change has not, which counts as failed`;
}

function missingOf({ name, missing }: InspectedCheck): string[] {
  return missing === null
    ? []
    : [`${name}: ${missing} is not on this machine, so it would be reported as not run, which is no pass`];
}

function section(title: string, lines: readonly string[], { columns: width, style }: View): string {
  if (lines.length === 0) return '';
  const wrapped = lines.flatMap((line) => hangingLines(plain(line), Math.max(20, width - 2)));
  return [style.bold(title), ...wrapped.map((line) => `  ${line}`)].join('\n');
}

/** From a repository: one line, and nothing that a terminal would act on. */
function plain(text: string): string {
  return clean(text).replaceAll(/\s+/g, ' ').trim();
}
