import type { PlanRevisionView, PlansResponse } from '../api/contract.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { renderNext, sameDataFlags } from './render/next-commands.ts';
import { renderPlan, renderRevisions } from './render/plan.ts';
import { renderPlanDifference, renderPlansSideBySide } from './render/plan-difference.ts';
import { withSession } from './with-session.ts';

export interface PlanOptions {
  readonly revision?: string;
  readonly compare?: readonly string[];
  readonly sideBySide?: true;
}

/** `runyard plan`: one revision in full, or what changed between two. */
export async function showPlans(
  context: CliContext,
  id: string,
  options: PlanOptions & CommonOptions,
): Promise<ExitCode> {
  refuseContradictions(options);
  return withSession(context, { options, drive: false }, async ({ api }) => {
    const plans = await api.plans(id);
    const { terminal } = context;
    if (options.compare) terminal.out(comparison(context, plans, options));
    else if (plans.revisions.length === 0 && !options.json) terminal.err('The run has no plan (yet).');
    else terminal.out(overview(context, plans, options));
    return exitCodes.succeeded.code;
  });
}

function overview(context: CliContext, plans: PlansResponse, options: PlanOptions & CommonOptions): string {
  const chosen = options.revision === undefined ? null : revisionOf(plans, options.revision);
  if (options.json) return JSON.stringify(chosen ?? plans);
  const shown = chosen ?? plans.revisions.at(-1);
  if (!shown) return '';
  const { terminal, program } = context;
  const parts = [renderPlan(shown, terminal)];
  if (plans.revisions.length > 1) parts.push(`\n${renderRevisions(plans.revisions, terminal)}`);
  if (plans.waiting?.hash === shown.hash) {
    const nothingElse = { snapshots: [], rollback: null };
    parts.push(
      renderNext({ run: plans.run, ...nothingElse }, { flags: sameDataFlags(options), program, terminal }),
    );
  }
  return parts.join('\n');
}

function comparison(
  { terminal }: CliContext,
  plans: PlansResponse,
  { compare = [], sideBySide, json }: PlanOptions & CommonOptions,
): string {
  const [from, to] = [revisionOf(plans, compare[0] ?? ''), revisionOf(plans, compare[1] ?? '')];
  if (json) return JSON.stringify({ from, to });
  return sideBySide
    ? renderPlansSideBySide({ from, to }, terminal)
    : renderPlanDifference({ from, to }, terminal);
}

const help = 'runyard plan --help';

function revisionOf({ revisions }: PlansResponse, written: string): PlanRevisionView {
  const found = revisions.find(({ revision }) => String(revision) === written);
  if (found) return found;
  const known = revisions.map(({ revision }) => revision).join(', ');
  const problem = `The plan has no revision "${written}"; it has: ${known || 'none'}.`;
  throw runyardError('cli.usage', { problem, help });
}

function refuseContradictions({ revision, compare, sideBySide }: PlanOptions): void {
  const problem =
    compare && compare.length !== 2
      ? '--compare takes the numbers of two revisions.'
      : compare && revision !== undefined
        ? '--revision and --compare exclude each other.'
        : sideBySide && !compare
          ? '--side-by-side goes with --compare.'
          : null;
  if (problem) throw runyardError('cli.usage', { problem, help });
}
