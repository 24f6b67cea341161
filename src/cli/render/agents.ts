import type { AgentsResponse, BreakerView, ProvidersResponse } from '../../api/contract.ts';
import { clean, oneLine } from '../clean.ts';
import type { RenderOptions } from '../print-answer.ts';
import { hangingLines } from './facts.ts';
import { breakerText, comingInstant, limitCell, number } from './figures.ts';
import { type FittingColumn, renderFittingTable } from './fitting-table.ts';

export type Usable = AgentsResponse & ProvidersResponse;
type Agent = AgentsResponse['agents'][number];
type Provider = ProvidersResponse['providers'][number];
type Model = Provider['models'][number];

/** Agents, then provider accounts and their models; below each table what is not well. */
export function renderAgents({ agents, providers }: Usable, options: RenderOptions): string {
  const models = providers.flatMap((provider) => provider.models);
  const parts = [
    agentTable(agents, options),
    ...agentProblems(agents, options),
    providerTable(providers, options),
  ];
  return [
    ...parts,
    ...providerProblems(providers, options),
    ...(models.length === 0 ? [] : [modelTable(models, options)]),
  ].join('\n\n');
}

function agentTable(agents: readonly Agent[], { terminal }: RenderOptions): string {
  const { style } = terminal;
  const columns: readonly FittingColumn<Agent>[] = [
    { name: 'AGENT', cell: ({ name }) => name, cut: 'end' },
    {
      name: 'STATE',
      cell: (agent) => (agent.available ? breakerWord(agent.breaker) : 'cannot be used'),
      paint: ({ available, breaker }) =>
        available ? (breaker.state === 'closed' ? style.green : style.yellow) : style.red,
    },
    { name: 'RUNS', cell: limitCell, right: true },
    { name: 'VERSION', cell: ({ version }) => version ?? '-', cut: 'end' },
    { name: 'CONFIGURED', cell: ({ configured }) => (configured ? 'yes' : 'no'), optional: true },
  ];
  return agents.length === 0 ? 'There are no agents.' : renderFittingTable(columns, agents, terminal);
}

function agentProblems(agents: readonly Agent[], { terminal, now }: RenderOptions): string[] {
  const lines = agents.flatMap(({ name, problem, breaker }) => {
    const broken = problem
      ? [`${oneLine(name, 40)}: ${clean(problem.what)} ${clean(problem.why)} ${clean(problem.next)}`]
      : [];
    return [...broken, ...breakerLines(name, breaker, now)];
  });
  return remarks(lines, terminal);
}

function providerTable(providers: readonly Provider[], { terminal, program }: RenderOptions): string {
  if (providers.length === 0) return `No provider is configured. See what is missing with: ${program} doctor`;
  const { style } = terminal;
  const columns: readonly FittingColumn<Provider>[] = [
    { name: 'PROVIDER', cell: ({ name }) => name, cut: 'end' },
    {
      name: 'STATE',
      cell: ({ breaker, hasKey }) => (hasKey ? breakerWord(breaker) : 'no key'),
      paint: ({ breaker, hasKey }) => (hasKey && breaker.state === 'closed' ? style.green : style.yellow),
    },
    { name: 'RUNS', cell: limitCell, right: true },
    { name: 'PARKED', cell: ({ parked }) => String(parked), right: true },
    { name: 'KIND', cell: ({ kind }) => kind ?? '-', optional: true },
    { name: 'HOST', cell: ({ host }) => host ?? '-', cut: 'end', optional: true },
  ];
  return renderFittingTable(columns, providers, terminal);
}

function providerProblems(providers: readonly Provider[], { terminal, now }: RenderOptions): string[] {
  const lines = providers.flatMap(({ name, breaker, parked, parkedUntil }) => {
    const waits =
      parked > 0 && parkedUntil !== null
        ? [`${oneLine(name, 40)}: ${parked} parked, the first goes on at ${comingInstant(parkedUntil, now)}`]
        : [];
    return [...breakerLines(name, breaker, now), ...waits];
  });
  return remarks(lines, terminal);
}

function remarks(lines: readonly string[], { columns, style }: RenderOptions['terminal']): string[] {
  if (lines.length === 0) return [];
  const shown = lines.flatMap((line) => hangingLines(line.replaceAll(/\s+/g, ' '), columns));
  return [shown.map((line) => style.yellow(line)).join('\n')];
}

function modelTable(models: readonly Model[], { terminal }: RenderOptions): string {
  const columns: readonly FittingColumn<Model>[] = [
    { name: 'MODEL', cell: ({ name }) => name, cut: 'start' },
    { name: 'OPEN RUNS', cell: ({ openRuns }) => String(openRuns), right: true },
    {
      name: 'PRICE',
      cell: ({ priceKnown }) => (priceKnown ? 'known' : 'unknown'),
      paint: ({ priceKnown }) => (priceKnown ? (text) => text : terminal.style.yellow),
    },
    { name: 'CONTEXT', cell: ({ contextTokens }) => tokens(contextTokens), right: true, optional: true },
    { name: 'OUTPUT', cell: ({ outputTokens }) => tokens(outputTokens), right: true, optional: true },
  ];
  return renderFittingTable(columns, models, terminal);
}

function breakerWord({ state }: BreakerView): string {
  return { closed: 'well', open: 'left alone', half_open: 'being tried' }[state];
}

function breakerLines(name: string, breaker: BreakerView, now: Date): string[] {
  const text = breakerText(breaker, now);
  if (text === null) return [];
  const next = breaker.next === null ? '' : ` ${clean(breaker.next)}`;
  return [`${oneLine(name, 40)}: ${text}${next}`];
}

function tokens(count: number | null): string {
  return count === null ? '-' : number(count);
}
