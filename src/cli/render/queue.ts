import type { QueueResponse } from '../../api/contract.ts';
import type { HoldReason } from '../../domain/hold-reason.ts';
import { formatDuration } from '../../lib/deadline.ts';
import { oneLine } from '../clean.ts';
import type { Terminal } from '../terminal.ts';
import { renderTable } from './table.ts';

export interface QueueRenderOptions {
  readonly terminal: Pick<Terminal, 'columns' | 'style'>;
  readonly program: string;
  readonly flags: string;
}

type Waiting = QueueResponse['waiting'][number];

export function renderQueue(queue: QueueResponse, options: QueueRenderOptions): string {
  const { style } = options.terminal;
  const parts = [placesOf(queue), ...activeTable(queue, options), ...waitingTable(queue, options)];
  return [...parts, ...remarks(queue, options).map((line) => style.yellow(line))].join('\n\n');
}

function placesOf({ active, limits, node }: QueueResponse): string {
  const all = `${active.length} of ${limits.maxRuns} places are taken`;
  return node === null || node.places === limits.maxRuns
    ? `${all}.`
    : `${all}, ${node.active} of ${node.places} on this node.`;
}

function activeTable({ active, at }: QueueResponse, { terminal }: QueueRenderOptions): string[] {
  if (active.length === 0) return [];
  const rows = active.map((run) => [
    run.id,
    run.state === 'running' && run.stage ? `running: ${run.stage}` : run.state,
    run.startedAt === null ? '' : since(at, run.startedAt),
    run.agent,
    run.provider ?? '-',
    endOf(run.repository, columnFor(terminal, 70)),
    oneLine(run.title, columnFor(terminal, 70)),
  ]);
  const header = ['RUN', 'STATE', 'FOR', 'AGENT', 'PROVIDER', 'REPOSITORY', 'TICKET'];
  return [renderTable(header, rows, terminal.style)];
}

function waitingTable(queue: QueueResponse, { terminal }: QueueRenderOptions): string[] {
  const { waiting, waitingTotal, at, active } = queue;
  if (waitingTotal === 0) return [active.length === 0 ? 'Nothing waits and nothing runs.' : 'Nothing waits.'];
  const rows = waiting.map((run, index) => [
    String(index + 1),
    run.id,
    run.priority,
    since(at, run.acceptedAt),
    endOf(run.repository, columnFor(terminal, 60)),
    oneLine(run.title, columnFor(terminal, 60)),
    whyHeld(run, queue),
  ]);
  const header = ['#', 'WAITS', 'PRIORITY', 'SINCE', 'REPOSITORY', 'TICKET', 'WHY NOT NOW'];
  const more = waitingTotal - waiting.length;
  const table = renderTable(header, rows, terminal.style);
  return [more > 0 ? `${table}\n${terminal.style.dim(`and ${more} more that wait behind these`)}` : table];
}

function whyHeld(run: Waiting, { limits, node }: QueueResponse): string {
  if (run.reasons.length === 0) return node === null ? 'no server' : 'starts next';
  const perRepository = limits.repositories[run.repository] ?? limits.maxRunsPerRepository;
  const perAgent = limits.agents[run.agent] ?? limits.maxRunsPerAgent;
  const perProvider = limits.providers[run.provider ?? ''] ?? limits.maxRunsPerProvider;
  const words: Readonly<Record<HoldReason, string>> = {
    paused: 'its agent or provider is paused',
    'repository-limit': `${perRepository} at once of this repository`,
    'agent-limit': `${perAgent} at once with ${run.agent}`,
    'provider-limit': `${perProvider} at once with ${run.provider}`,
    'global-limit': `${limits.maxRuns} at once in all`,
    'node-full': 'this node is full',
    'low-disk': 'low disk',
    'low-memory': 'low memory',
  };
  return run.reasons.map((reason) => words[reason]).join(', ');
}

function remarks({ node, waitingTotal }: QueueResponse, { program, flags }: QueueRenderOptions): string[] {
  if (node === null) {
    return waitingTotal === 0
      ? []
      : [`No server serves this data folder, so nothing starts. Start one with: ${program} serve${flags}`];
  }
  return node.short.map(
    ({ what, freeBytes, neededBytes }) =>
      `This node starts nothing: ${megabytes(freeBytes)} MB of ${what} free, ${megabytes(neededBytes)} MB needed.`,
  );
}

function since(at: string, from: string): string {
  return formatDuration(Math.max(0, Date.parse(at) - Date.parse(from)));
}

function columnFor({ columns }: Pick<Terminal, 'columns'>, others: number): number {
  return Math.max(20, Math.floor((columns - others) / 2));
}

/** Repositories differ in the end of their names. */
function endOf(text: string, width: number): string {
  const whole = oneLine(text, text.length + 1);
  return whole.length <= width ? whole : `...${whole.slice(3 - width)}`;
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
