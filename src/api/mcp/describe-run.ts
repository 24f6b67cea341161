import type { z } from 'zod';
import { isTerminal } from '../../domain/run-state.ts';
import type { RunDetails, RunView } from '../contract.ts';
import type { McpRun, mcpRunDetailsSchema } from './schemas.ts';

/** What a tool says of a run; `now` is only asked while it goes on. */
export function describeRun(run: RunView, now: Date): McpRun {
  const { spec, state, usage, waitDetail } = run;
  const { inputTokens: input, outputTokens: output } = usage;
  const { cacheReadTokens: cacheRead, cacheWriteTokens: cacheWrite } = usage;
  return {
    id: run.id,
    title: spec.ticket.title,
    ticket: spec.ticket.key,
    repository: spec.repository,
    state,
    stage: run.stage,
    attempt: run.attempt,
    ended: isTerminal(state),
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    durationMs: run.durationMs ?? elapsedMs(run, now),
    tokens: {
      input,
      output,
      cacheRead,
      cacheWrite,
      total: input + output + cacheRead + cacheWrite,
    },
    turns: usage.turns,
    cost: run.cost,
    waitsFor: run.waitReason && {
      reason: run.waitReason,
      detail: waitDetail?.reason ?? '',
      planHash: waitDetail?.planHash ?? null,
      questions: [...(waitDetail?.questions ?? [])],
      asks: [...(waitDetail?.asks ?? [])],
      commit: waitDetail?.commit ?? null,
      until: run.waitUntil,
    },
    delivery: run.delivery && {
      branch: run.delivery.branch,
      commit: run.delivery.commit,
      verified: run.delivery.verified,
    },
    error: run.error && {
      code: run.error.code,
      what: run.error.what,
      why: run.error.why,
      next: run.error.next,
    },
    report: reportUri(run.id),
  };
}

export function describeDetails(details: RunDetails, now: Date): z.input<typeof mcpRunDetailsSchema> {
  const { run, plan, attempts, progress, activity } = details;
  return {
    ...describeRun(run, now),
    plan: plan && {
      hash: plan.hash,
      revision: plan.revision,
      approvedBy: plan.approvedBy,
      plan: plan.plan,
    },
    attempts: attempts.map(({ number, agent, model, outcome, durationMs, error, verdict }) => ({
      number,
      agent,
      model,
      outcome,
      durationMs,
      error: error?.what ?? null,
      introduced: verdict?.introduced.length ?? null,
    })),
    progress: progress && { percent: progress.fraction * 100, leftMs: progress.leftMs },
    activity: activity?.text ?? null,
  };
}

export function reportUri(id: string): string {
  return `runyard://runs/${id}/report`;
}

function elapsedMs({ startedAt }: RunView, now: Date): number {
  return startedAt === null ? 0 : Math.max(0, now.getTime() - Date.parse(startedAt));
}
