import type { ModelCall } from '../../domain/model-call.ts';
import { listModelCalls, usageByAttempt } from '../../store/list-model-calls.ts';
import type { Db } from '../../store/schema.ts';
import type { ModelCallsResponse } from '../contract.ts';
import { addUp, cacheShareOf, spentView } from './figures.ts';

export async function modelCallsView(
  db: Db,
  { runId, after, limit }: { runId: string; after?: string | undefined; limit: number },
): Promise<ModelCallsResponse> {
  const [found, groups] = await Promise.all([
    // One more than asked for tells whether there is another page.
    listModelCalls(db, { runId, after, limit: limit + 1 }),
    usageByAttempt(db, runId),
  ]);
  const calls = found.slice(0, limit);
  const sum = (of: (group: { calls: number; failed: number }) => number) =>
    groups.reduce((total, group) => total + of(group), 0);
  return {
    calls: calls.map(callView),
    next: found.length > limit ? (calls.at(-1)?.id ?? null) : null,
    total: {
      ...spentView(addUp(groups)),
      calls: sum(({ calls }) => calls),
      failed: sum(({ failed }) => failed),
    },
  };
}

function callView(call: ModelCall): ModelCallsResponse['calls'][number] {
  const { runId: _run, epoch: _epoch, protocol: _protocol, startedAt, usage, ...rest } = call;
  return {
    ...rest,
    at: startedAt.toISOString(),
    usage,
    cacheShare: usage && cacheShareOf(usage),
  };
}
