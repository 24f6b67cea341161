import { mostRunsPerPage, type OverviewResponse, type RunView } from '../api/contract.ts';
import type { Session } from './connect.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';
import { printAnswer } from './print-answer.ts';
import { sameDataFlags } from './render/next-commands.ts';
import { renderStatus } from './render/status.ts';
import { sayUndriven } from './undriven.ts';

/** `runyard status`. */
export function printStatus(
  context: CliContext,
  options: CommonOptions & { readonly hours: number },
): Promise<ExitCode> {
  let waiting: readonly RunView[] = [];
  return printAnswer(context, options, {
    ask: async (session) => {
      const overview = await session.api.views.overview({ hours: options.hours });
      if (!options.json) waiting = await waitingRuns(session, overview);
      return { ...overview, driven: session.driven };
    },
    render: (overview, view) => renderStatus({ overview, waiting }, view),
    remark: (overview, session) =>
      sayUndriven(context, session, { runs: openOnes(overview), flags: sameDataFlags(options) }),
  });
}

/** The overview does not name the hash or the commit that a decision needs. */
async function waitingRuns(
  { api }: Session,
  { needsYouTotals }: OverviewResponse,
): Promise<readonly RunView[]> {
  if (needsYouTotals.decide === 0) return [];
  return (await api.listRuns({ states: ['waiting'], limit: mostRunsPerPage })).runs;
}

function openOnes({ states, needsYou }: OverviewResponse): Pick<RunView, 'state' | 'waitReason'>[] {
  const moving = (['queued', 'starting', 'running'] as const).flatMap((state) =>
    Array.from({ length: states[state] }, () => ({ state, waitReason: null })),
  );
  return [...moving, ...needsYou.filter(({ kind }) => kind === 'parked')];
}
