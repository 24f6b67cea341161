import type { AuditEntryView } from '../api/contract.ts';
import { oneLine } from './clean.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { renderTable } from './render/table.ts';
import type { Style } from './terminal.ts';
import { withSession } from './with-session.ts';

export interface AuditOptions extends CommonOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly since?: string;
  readonly until?: string;
  readonly reads?: true;
  readonly limit: number;
  readonly before?: number;
}

/** `runyard audit`. */
export async function printAudit(context: CliContext, options: AuditOptions): Promise<ExitCode> {
  const { terminal } = context;
  const { actor, action, target, since, until, reads, limit, before } = options;
  return withSession(context, { options, drive: false }, async ({ api }) => {
    const answer = await api.access.audit({
      limit,
      ...(actor === undefined ? {} : { actor }),
      ...(action === undefined ? {} : { action }),
      ...(target === undefined ? {} : { target }),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(before === undefined ? {} : { before }),
      ...(reads ? { reads: 'true' as const } : {}),
    });
    if (options.json) terminal.out(JSON.stringify(answer));
    else if (answer.entries.length === 0) terminal.out('There is no such entry.');
    else terminal.out(renderEntries(answer.entries, terminal.style));
    if (!options.json && answer.next !== null)
      terminal.err(terminal.style.dim(`Older ones: --before ${answer.next}`));
    return exitCodes.succeeded.code;
  });
}

function renderEntries(entries: readonly AuditEntryView[], style: Style): string {
  const rows = entries.map((entry) => [
    entry.at.slice(0, 19).replace('T', ' '),
    oneLine(entry.actor.name, 30),
    entry.action,
    oneLine(entry.target ?? '', 40),
    outcomeOf(entry, style),
    `${oneLine(entry.origin.address, 40)} ${entry.origin.via}`,
    changeOf(entry),
  ]);
  return renderTable(['AT (UTC)', 'WHO', 'DID', 'TO', 'RESULT', 'FROM', 'CHANGE'], rows, style);
}

function outcomeOf({ outcome, error }: AuditEntryView, style: Style): string {
  if (outcome === 'done') return style.green('done');
  const text = error === null ? outcome : `${outcome}: ${error}`;
  return outcome === 'refused' ? style.red(text) : style.yellow(text);
}

/** `state: running > cancelled`; what is as before is left out. */
function changeOf({ before, after }: AuditEntryView): string {
  const changes = Object.entries(after ?? {}).flatMap(([name, value]) => {
    const was = before?.[name];
    if (JSON.stringify(was) === JSON.stringify(value) || (was === undefined && value === null)) return [];
    return was === undefined || was === null
      ? `${name}: ${wordOf(value)}`
      : `${name}: ${wordOf(was)} > ${wordOf(value)}`;
  });
  return oneLine(changes.join(', '), 80);
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
