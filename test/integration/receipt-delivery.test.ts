import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeHost } from '../../src/adapters/code-host/types.ts';
import { createReceipts } from '../../src/app/receipts.ts';
import type { AttemptRecord } from '../../src/domain/attempt.ts';
import type { Run } from '../../src/domain/run.ts';
import { type Verdict, verdictSchema } from '../../src/domain/verdict.ts';
import { readEvents } from '../../src/events/read-events.ts';
import { deliverOnce } from '../../src/outbox/deliver-once.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { saveCheckpoint } from '../../src/store/checkpoints.ts';
import { findReceipt, listReceiptKeys } from '../../src/store/receipts.ts';
import { findRun } from '../../src/store/runs.ts';
import { claimAll, delivery, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

const trees = { head: 'd'.repeat(40), base: 'e'.repeat(40) };

function verdictOn(more: Partial<Verdict> = {}): Verdict {
  const { commit, baseCommit } = delivery;
  const empty = {
    results: [],
    baseline: [],
    introduced: [],
    preexisting: [],
    warnings: [],
    fingerprint: null,
  };
  return verdictSchema.parse({ status: 'passed', commit, baseCommit, tree: trees.head, ...empty, ...more });
}

const asking = {
  ...({ guard: 'ci-files', action: 'ask', message: 'm', file: null, line: null } as const),
  ...{ evidence: '', hint: '', fingerprint: 'f' },
};

function attemptWith(verdict: Verdict | null, more: Partial<AttemptRecord> = {}): AttemptRecord {
  const who = {
    number: 1,
    rung: 0,
    agent: 'builtin',
    model: null,
    error: null,
    summary: '',
    reportedUsage: null,
  };
  return { ...who, outcome: 'passed', commit: delivery.commit, durationMs: 1, verdict, ...more };
}

/** A run at the point of its delivery, with these attempts on record. */
async function aboutToDeliver(attempts: readonly AttemptRecord[], host: Partial<CodeHost> = {}) {
  const { queue, store, dataDir } = database;
  const { run } = await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
  const claim = (await claimAll(queue)).find((one) => one.run.id === run.id);
  const epoch = claim?.epoch ?? 0;
  const { baseCommit } = delivery;
  const checkpoint = { stage: 'deliver' as const, baseCommit, plan: null, candidate: null, unfinished: null };
  await saveCheckpoint(store.db, {
    runId: run.id,
    epoch,
    checkpoint: { ...checkpoint, attempts: [...attempts] },
  });
  const seen: string[] = [];
  const codeHost: CodeHost = {
    deliver: async () => {
      seen.push('delivered');
      return delivery;
    },
    treesOf: async () => trees,
    attachNote: async ({ line }) => {
      seen.push(line);
      return { ref: 'refs/notes/runyard', changed: true };
    },
    rollback: () => Promise.reject(new Error('not asked for')),
    ...host,
  };
  const folder = { root: dataDir, nodeId: 'node-1' };
  const receipts = createReceipts({ queue, codeHost, folder, sandbox: 'bubblewrap' });
  const owned: Run = await findRun(store.db, run.id);
  const deliver = (verified = true) =>
    deliverOnce({
      queue,
      codeHost,
      request: requestOf(owned, verified),
      epoch,
      leaseMs: 15_000,
      receipts: receipts.makerFor(owned),
    });
  const events = async () =>
    (await readEvents(store.db, run.id, { after: 0, limit: 100 })).map(({ type }) => type);
  return { run: owned, seen, deliver, events, attach: () => receipts.attach(owned, delivery) };
}

function requestOf({ id, spec, createdAt }: Run, verified: boolean) {
  const { commit, baseCommit } = delivery;
  const about = { runId: id, ticket: spec.ticket, repository: spec.repository, baseRef: null };
  return { ...about, bundleFile: '/b', commit, baseCommit, verified, date: createdAt, timeoutMs: 60_000 };
}

describe('a delivery with a receipt', () => {
  it('X2: stores it with the delivery, and attaches it once however often it is asked for', async () => {
    const { run, seen, deliver, attach, events } = await aboutToDeliver([attemptWith(verdictOn())]);
    await deliver();
    await Promise.all([attach(), attach()]);
    await deliver();
    await attach();
    const receipt = await findReceipt(database.store.db, run.id);
    expect(receipt).toMatchObject({ commit: delivery.commit, tree: trees.head, note: 'done' });
    expect(new Set(seen)).toEqual(new Set(['delivered', seen[1]]));
    expect(JSON.parse(seen[1] ?? '')).toEqual(receipt?.envelope);
    expect((await events()).filter((type) => type === 'receipt.signed')).toHaveLength(1);
    const [key] = await listReceiptKeys(database.store.db);
    expect(key).toMatchObject({ keyId: receipt?.keyId, nodeId: 'node-1' });
  });

  it.each([
    ['nobody has a verdict on', [attemptWith(null)]],
    ['another commit was verified', [attemptWith(verdictOn({ commit: 'f'.repeat(40) }))]],
    ['was compared with another base', [attemptWith(verdictOn({ baseCommit: 'f'.repeat(40) }))]],
    ['failed its checks', [attemptWith(verdictOn({ status: 'failed' }), { outcome: 'checks-failed' })]],
    ['a guard asks about', [attemptWith(verdictOn({ guards: [asking] }))]],
    ['failed its checks, and whose attempt claims otherwise', [attemptWith(verdictOn({ status: 'failed' }))]],
  ])('X2: a commit that is said to be verified but %s is not delivered', async (_why, attempts) => {
    const { run, seen, deliver } = await aboutToDeliver(attempts);
    await expect(deliver()).rejects.toMatchObject({ code: 'verify.no-verdict' });
    expect(seen).toEqual([]);
    expect((await findRun(database.store.db, run.id)).delivery).toBeNull();
    expect(await findReceipt(database.store.db, run.id)).toBeNull();
  });

  it('X2: without a verdict, and said to be unverified, it is delivered without a receipt', async () => {
    const { run, deliver, attach, seen } = await aboutToDeliver([]);
    await deliver(false);
    await attach();
    expect(seen).toEqual(['delivered']);
    expect(await findReceipt(database.store.db, run.id)).toBeNull();
  });

  it('X2: whose trees are not those of the verdict, or cannot be read, is not signed, and says so', async () => {
    const lying = [attemptWith(verdictOn({ tree: '1'.repeat(40) }))];
    const unknown = [attemptWith(verdictOn({ tree: undefined }))];
    const away = { treesOf: () => Promise.reject(new Error('the disk is away')) };
    for (const scene of [
      await aboutToDeliver(lying),
      await aboutToDeliver(unknown),
      await aboutToDeliver([attemptWith(verdictOn())], away),
    ]) {
      await scene.deliver();
      expect((await findRun(database.store.db, scene.run.id)).delivery).not.toBeNull();
      expect(await findReceipt(database.store.db, scene.run.id)).toBeNull();
      expect(await scene.events()).toContain('run.warning');
    }
  });
});
