import type { NodesResponse, NodeView } from '../../api/contract.ts';
import type { RenderOptions } from '../print-answer.ts';
import { hangingLines } from './facts.ts';
import { spanOf } from './figures.ts';
import { type FittingColumn, renderFittingTable } from './fitting-table.ts';

export function renderNodes(
  { nodes, at }: NodesResponse,
  { terminal, program, flags }: RenderOptions,
): string {
  if (nodes.length === 0) return `No node works on this database. Start one with: ${program} serve${flags}`;
  const { style } = terminal;
  const columns: readonly FittingColumn<NodeView>[] = [
    { name: 'NODE', cell: ({ id, here }) => (here ? `${id} *` : id), cut: 'end' },
    {
      name: 'STATE',
      cell: ({ state }) => state,
      paint: ({ state }) => paints(state, style),
    },
    { name: 'RUNS', cell: (node) => runsOf(node), right: true },
    { name: 'HEARD', cell: ({ lastHeartbeatAt }) => `${spanOf(lastHeartbeatAt, at)} ago` },
    { name: 'UP', cell: ({ since, stoppedAt }) => spanOf(since, stoppedAt ?? at), optional: true },
    { name: 'HOST', cell: ({ host, pid }) => `${host} (pid ${pid})`, cut: 'end', optional: true },
    { name: 'VERSION', cell: ({ version }) => version ?? '-', optional: true },
    { name: 'DOES FOR ALL', cell: ({ duties }) => duties.map(({ name }) => name).join(', '), cut: 'end' },
  ];
  const trouble = nodes.flatMap((node) => {
    const text = nodeTrouble(node, at);
    return text === null ? [] : hangingLines(`${node.id}: ${text}`, terminal.columns).map(style.yellow);
  });
  const answers = nodes.some(({ here }) => here) ? [style.dim('* answered this')] : [];
  return [renderFittingTable(columns, nodes, terminal), ...answers, ...trouble].join('\n');
}

/** What is not well with a node; null when nothing is. A node that was stopped is well. */
export function nodeTrouble(
  { state, lastHeartbeatAt, activeRuns, short }: NodeView,
  at: string,
): string | null {
  if (state === 'lost')
    return `lost, last heard ${spanOf(lastHeartbeatAt, at)} ago; its runs are taken up elsewhere`;
  if (state === 'draining') return `ends when its ${activeRuns} run(s) have ended, and takes no new ones`;
  if (state === 'stopped' || short === null || short.length === 0) return null;
  const lacks = short.map(
    ({ what, freeBytes, neededBytes }) =>
      `${megabytes(freeBytes)} MB of ${what} free, ${megabytes(neededBytes)} MB needed`,
  );
  return `starts nothing: ${lacks.join('; ')}`;
}

function paints(
  state: NodeView['state'],
  { green, yellow, red, dim }: RenderOptions['terminal']['style'],
): (text: string) => string {
  return { alive: green, draining: yellow, lost: red, stopped: dim }[state];
}

function runsOf({ activeRuns, places }: NodeView): string {
  return places === null ? String(activeRuns) : `${activeRuns} of ${places}`;
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
