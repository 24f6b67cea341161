import type { OverviewResponse, RunView } from '../../api/contract.ts';
import { formatDuration } from '../../lib/deadline.ts';
import { clean, oneLine } from '../clean.ts';
import type { RenderOptions } from '../print-answer.ts';
import { type Fact, factWidth, renderFacts, wrapWords } from './facts.ts';
import { breakerText, number, percent, plural, spanOf, tokensOf, usd } from './figures.ts';
import { renderNeedsYou } from './needs-you.ts';
import { asCalled } from './next-commands.ts';
import { nodeTrouble } from './nodes.ts';
import { noRunsYet } from './run-table.ts';

export interface Status {
  readonly overview: OverviewResponse;
  /** Runs that wait, for the commands that decide about them. */
  readonly waiting: readonly RunView[];
}

/** The whole at a glance: what needs somebody first, then how runs did, what they cost, and how the system is. */
export function renderStatus({ overview, waiting }: Status, options: RenderOptions): string {
  const { style, columns } = options.terminal;
  const width = factWidth(columns);
  const wrapped = (facts: readonly (readonly [string, readonly string[]])[]): Fact[] =>
    facts.map(([name, lines]) => [name, lines.flatMap((line) => wrapWords(line, width))]);
  const parts = [
    renderNeedsYou(overview, waiting, options),
    renderFacts(wrapped([...outcomeFacts(overview), ...spentFacts(overview)]), style),
    renderFacts([...wrapped(loadFacts(overview)), ...healthFacts(overview, options)], style),
  ];
  const isEmpty = Object.values(overview.states).every((count) => count === 0);
  return [...parts, ...(isEmpty ? [noRunsYet(options)] : [])].join('\n\n');
}

type Facts = readonly (readonly [string, readonly string[]])[];

function outcomeFacts(overview: OverviewResponse): Facts {
  const { ended, failures, durations, selfHeal, failureCategories, hours } = overview;
  const window = hours === 1 ? 'the last hour' : `the last ${hours} hours`;
  if (ended.ended === 0) return [['Runs', [`none ended in ${window}`]]];
  const { delivered, failed, timedOut, cancelled } = ended;
  const counts = named({ delivered, failed, 'timed out': timedOut, cancelled });
  const sides = named({ agent: failures.agent, system: failures.system, person: failures.person });
  const healed =
    selfHeal.rate === null
      ? 'no run needed a second attempt'
      : `${percent(selfHeal.rate)} (${selfHeal.healed} of ${selfHeal.hurt} whose first attempt did not pass)`;
  return [
    ['Runs', [`${number(ended.ended)} ended in ${window}: ${counts}`]],
    ['Success', [percent(ended.successRate)]],
    ['Failures', failed + timedOut === 0 ? ['none'] : [`by side: ${sides || 'not known'}`]],
    [
      '',
      failureCategories
        .slice(0, 3)
        .map(({ code, count, side, example }) => `${count}x ${clean(code)} (${side}), as run ${example.id}`),
    ],
    ['Healed', [healed]],
    [
      'Took',
      durations.medianMs === null
        ? []
        : [
            `${formatDuration(durations.medianMs)} in the middle, 95 % at most ${formatDuration(durations.p95Ms ?? durations.medianMs)}`,
          ],
    ],
  ];
}

function spentFacts({ spent, ended }: OverviewResponse): Facts {
  if (ended.ended === 0) return [];
  const { cost, usage, cacheShare, unknownCostRuns, usdPerDelivered } = spent;
  const per = usdPerDelivered === null ? '' : `, ${usd(usdPerDelivered)} per delivered run`;
  const unknown =
    unknownCostRuns === 0 ? '' : ` known, and ${plural(unknownCostRuns, 'run')} of unknown cost`;
  const cache = cacheShare === null ? '' : `; ${percent(cacheShare)} of what went in came from the cache`;
  return [
    ['Cost', [`${usd(cost.usd)}${unknown}${per}`]],
    ['Tokens', [`${tokensOf(usage)}${cache}`]],
  ];
}

function loadFacts({ queue, at, states }: OverviewResponse): Facts {
  const { waiting, oldestAt, mostWaiting, places } = queue;
  const oldest = oldestAt === null ? '' : `, the oldest for ${spanOf(oldestAt, at)}`;
  return [
    ['Places', [`${places.running} of ${places.mostRuns} taken`]],
    ['Queue', [`${number(waiting)} of at most ${number(mostWaiting)}${oldest}`]],
    [
      'Waiting',
      states.waiting === 0
        ? []
        : [`${plural(states.waiting, 'run waits', 'runs wait')} for a person or a time`],
    ],
  ];
}

/** What is well is only counted. Commands are never broken, so these lines are wrapped without them. */
function healthFacts(overview: OverviewResponse, options: RenderOptions): Fact[] {
  const { terminal, now, program, flags } = options;
  const { providers, agentsInTrouble, nodes } = overview;
  const width = factWidth(terminal.columns);
  const troubled = (names: OverviewResponse['agentsInTrouble']) =>
    names.flatMap(({ name, breaker }) => {
      const text = breakerText(breaker, now);
      return text === null ? [] : [`${oneLine(name, 40)}: ${text.replaceAll(/\s+/g, ' ')}`];
    });
  const paint = (lines: readonly string[]) =>
    lines.flatMap((line) => wrapWords(line, width)).map((line) => terminal.style.yellow(line));
  const ofProviders = troubled(providers);
  const ofAgents = troubled(agentsInTrouble);
  const ofNodes = nodes.flatMap((node) => {
    const trouble = nodeTrouble(node, overview.at);
    return trouble === null ? [] : [`${node.id}: ${trouble}`];
  });
  const alive = nodes.filter(({ state }) => state === 'alive').length;
  const look = (command: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [asCalled(`runyard ${command}${flags}`, program)];
  return [
    ['Providers', [providersText(providers.length, ofProviders.length), ...paint(ofProviders)]],
    ['Agents', ofAgents.length === 0 ? ['none in trouble'] : paint(ofAgents)],
    ['', look('agents', [...ofProviders, ...ofAgents])],
    ['Nodes', [`${alive} alive`, ...paint(ofNodes), ...look('nodes', ofNodes)]],
  ];
}

function providersText(known: number, troubled: number): string {
  if (known === 0) return 'none configured';
  return `${known} known, ${troubled === 0 ? 'none' : troubled} in trouble`;
}

function named(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${number(count)} ${name}`)
    .join(', ');
}
