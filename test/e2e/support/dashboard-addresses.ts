import type { DashboardScene } from './dashboard-scene.ts';
import type { HealingScene } from './healing-scene.ts';

/** Every page of the dashboard, and every part of the page of a run, by a name. */
export function addressesOf(runs: DashboardScene['runs']): Readonly<Record<string, string>> {
  return {
    overview: '/',
    'runs-board': '/runs',
    'runs-table': '/runs?view=table',
    'run-timeline': `/runs/${runs.healed}`,
    'run-log': `/runs/${runs.healed}?tab=log`,
    'run-plan': `/runs/${runs.questions}?tab=plan`,
    'run-diff': `/runs/${runs.healed}?tab=diff`,
    'run-checks': `/runs/${runs.failed}?tab=checks`,
    'run-model-calls': `/runs/${runs.healed}?tab=model-calls`,
    'run-events': `/runs/${runs.healed}?tab=events`,
    'run-working': `/runs/${runs.running}`,
    queue: '/queue',
    repositories: '/repositories',
    agents: '/agents',
    nodes: '/nodes',
    audit: '/audit',
    settings: '/settings',
  };
}

/** Pages of runs that healed, or that guards, reviews and failures hold up. */
export function healingAddressesOf(runs: HealingScene['runs']): Readonly<Record<string, string>> {
  return {
    'run-asked': `/runs/${runs.asked}`,
    'run-guarded': `/runs/${runs.guarded}?tab=checks`,
    'run-disputed': `/runs/${runs.disputed}`,
    'run-reviewed': `/runs/${runs.reviewed}`,
    'run-formatted': `/runs/${runs.formatted}`,
    'run-rolled-back': `/runs/${runs.rolledBack}`,
    lessons: '/lessons',
  };
}
