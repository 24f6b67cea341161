import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RunDetails, RunView } from '../../api/contract.ts';
import type { CommonOptions } from '../define-command.ts';
import type { Terminal } from '../terminal.ts';

/** What a person would want to do next with a run in this state: command and meaning. `saved`: it has kept unfinished work. */
export function nextCommands(
  run: RunView,
  { flags, saved }: { flags: string; saved: boolean },
): [command: string, meaning: string][] {
  const id = `${run.id}${flags}`;
  switch (run.state) {
    case 'succeeded':
      return [
        [`runyard diff ${id}`, 'see the change'],
        ...localCommands(run),
        [`runyard logs ${id}`, 'see everything that happened'],
        [`runyard rollback ${id}`, UNDO],
      ];
    case 'waiting':
      return [
        ...approvals(run, flags),
        [`runyard why ${id}`, 'why it waits, and what was tried'],
        [`runyard cancel ${id}`, 'end it'],
      ];
    case 'failed':
    case 'timed_out':
    case 'cancelled':
      return [
        [`runyard why ${id}`, 'what happened, what was tried, what was saved'],
        ...(saved ? [salvageOf(run, id)] : []),
        [`runyard logs ${id}`, 'see everything that happened'],
        [`runyard retry ${id}`, 'run it again'],
      ];
    default:
      return [
        [`runyard logs ${id} --follow`, 'follow it'],
        [`runyard cancel ${id}`, 'end it'],
      ];
  }
}

interface NextOptions {
  readonly flags: string;
  readonly program: string;
  readonly terminal: Pick<Terminal, 'style' | 'columns'>;
}

const UNDO = 'undo it';
const TAKE_OVER = 'take it over';
const OF_A_DELIVERY: ReadonlySet<string> = new Set([UNDO, TAKE_OVER]);

/** The same as a block of text, with the program called as the user calls it. A command is never broken: where it does not fit, it stands alone. */
export function renderNext(
  { run, snapshots, rollback }: Pick<RunDetails, 'run' | 'snapshots' | 'rollback'>,
  { flags, program, terminal }: NextOptions,
): string {
  const { style, columns } = terminal;
  const useful = nextCommands(run, { flags, saved: snapshots.length > 0 }).filter(
    ([, meaning]) => rollback === null || !OF_A_DELIVERY.has(meaning),
  );
  const commands = useful.map(([command, meaning]) => [asCalled(command, program), meaning] as const);
  const width = Math.max(...commands.map(([, meaning]) => meaning.length));
  const fits = commands.every(([command]) => width + command.length + 4 <= columns);
  const lines = commands.map(([command, meaning]) =>
    fits ? `  ${style.dim(meaning.padEnd(width))}  ${command}` : `  ${style.dim(meaning)}\n    ${command}`,
  );
  return ['', 'Next:', ...lines].join('\n');
}

export function asCalled(command: string, program: string): string {
  return command.replace(/^runyard /, `${program} `);
}

const COMMANDS =
  /\brunyard (answer|approve|cancel|config show|diff|doctor|logs|plan|queue|receipt|retry|rollback|runs?|salvage|send-back|serve|show|verify|verify-receipt|version|why)\b(?!-)/g;

/** Commands within a sentence, called as the user calls them and with the flags that lead to the same data. */
export function commandsInText(
  text: string,
  { run, flags, program }: { run: string; flags: string; program: string },
): string {
  return text
    .replaceAll(COMMANDS, (_, command: string) => `${program} ${command}${flags}`)
    .replaceAll('<run>', () => run);
}

/** A branch is made only where that needs no push. */
function salvageOf({ spec }: RunView, id: string): [string, string] {
  return spec.repository.startsWith('/')
    ? [`runyard salvage ${id}`, 'make the saved work a branch']
    : [`runyard salvage ${id} --into .`, 'write the saved work as patches'];
}

function approvals({ id, waitDetail }: RunView, flags: string): [string, string][] {
  if (waitDetail?.planHash) {
    const plan = `--plan ${waitDetail.planHash}${flags}`;
    const asks = (waitDetail.questions ?? []).length > 0;
    return [
      [`runyard plan ${id}${flags}`, 'read the plan'],
      ...(asks ? answerOf(id, plan) : []),
      [`runyard approve ${id} ${plan}`, asks ? 'approve it with its questions open' : 'approve this plan'],
      [`runyard send-back ${id} ${plan} --feedback "..."`, 'have it planned again'],
    ];
  }
  if (waitDetail?.attempt !== undefined) {
    const approve = `runyard approve ${id} --attempt ${waitDetail.attempt}${flags}`;
    return [
      [approve, 'verify it again, when you mended it'],
      [`${approve} --answer "..."`, 'tell the next attempt how to go on'],
    ];
  }
  if (waitDetail?.commit) {
    return [
      [`runyard diff ${id}${flags}`, 'see the change'],
      waitDetail.verified
        ? [`runyard approve ${id} --change ${waitDetail.commit}${flags}`, 'accept exactly this commit']
        : [
            `runyard approve ${id} --unverified ${waitDetail.commit}${flags}`,
            'accept it without verification',
          ],
    ];
  }
  return [];
}

function answerOf(id: string, plan: string): [string, string][] {
  return [[`runyard answer ${id} ${plan} "1=..."`, 'answer its questions']];
}

function localCommands({ spec, delivery }: RunView): [string, string][] {
  if (!delivery || !spec.repository.startsWith('/') || isBare(spec.repository)) return [];
  return [[`git -C ${quote(spec.repository)} merge ${quote(delivery.branch)}`, TAKE_OVER]];
}

/** Nothing can be merged where there is no work tree. */
function isBare(repository: string): boolean {
  return ['HEAD', 'objects', 'refs'].every((name) => existsSync(path.join(repository, name)));
}

/** For a POSIX shell, and only where it is needed. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The flags that lead another command to the same data: ` --data-dir … --config …`, as far as this one was given them. */
export function sameDataFlags({ dataDir, config }: CommonOptions): string {
  const given = [
    dataDir === undefined ? '' : ` --data-dir ${quote(dataDir)}`,
    config === undefined ? '' : ` --config ${quote(config)}`,
  ];
  return given.join('');
}
