import { existsSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RetainedKind, type RetentionLimits, retainedKinds } from '../../src/domain/retention.ts';
import { readSystemEvents } from '../../src/events/read-system-events.ts';
import { writeOverlayRecord } from '../../src/git/overlay/overlay-mount.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { requestStop } from '../../src/queue/request-stop.ts';
import { holdSingleton, listSingletons } from '../../src/store/singleton-lease.ts';
import { RETENTION, retainOnly } from '../../src/supervisor/retention/retention.ts';
import { makeRepository, startRun, userGit } from '../fixtures/git-helpers.ts';
import { makeFolder, removeFolder } from '../fixtures/process-helpers.ts';
import { claimAll, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

const DAY = 86_400_000;
const root = makeFolder();
let database: TestDatabase;
let folder: string;
let tests = 0;

beforeAll(async () => {
  database = await startTestDatabase();
});
beforeEach(() => {
  tests += 1;
  folder = path.join(root, String(tests));
  for (const name of ['artifacts', 'workspaces', 'mirrors', 'dependencies', 'logs'])
    mkdirSync(path.join(folder, name), { recursive: true });
});
afterAll(async () => {
  await database.close();
  removeFolder(root);
});

const intent = { mode: 'cancel', by: 'test', reason: 'a test', at: new Date().toISOString() } as const;
const never = new AbortController().signal;
const at = (...names: string[]) => path.join(folder, ...names);

function retain(limits: Partial<Record<RetainedKind, Partial<RetentionLimits>>>, inDays = 0) {
  const plenty = { ageMs: 1000 * DAY, count: 1000, bytes: 1e12 };
  const all = retainedKinds.map((kind) => [kind, { ...plenty, ...limits[kind] }]);
  return retainOnly(
    {
      db: database.store.db,
      nodeId: `node-${tests}`,
      folders: {
        artifacts: at('artifacts'),
        workspaces: at('workspaces'),
        mirrors: at('mirrors'),
        layers: [at('dependencies')],
        checkouts: at('layers', 'checkouts'),
        logs: at('logs'),
      },
      limits: Object.fromEntries(all),
      keepMs: DAY,
      now: () => new Date(Date.now() + inDays * DAY),
      onTold: () => undefined,
    },
    never,
  );
}

/** Last used so many days ago. */
function layer(name: string, { days, kilobytes = 1 }: { days: number; kilobytes?: number }): void {
  mkdirSync(at('dependencies', name));
  writeFileSync(at('dependencies', name, 'file'), Buffer.alloc(kilobytes * 1024, 1));
  const then = new Date(Date.now() - days * DAY);
  utimesSync(at('dependencies', name), then, then);
}

const layersLeft = () => ['a', 'b', 'c', 'd'].filter((name) => existsSync(at('dependencies', name)));

async function runWithArtifacts({ ended }: { ended: boolean }): Promise<string> {
  const { run } = await acceptRun(database.queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
  if (ended) await requestStop(database.queue, { runId: run.id, intent });
  mkdirSync(at('artifacts', run.id));
  writeFileSync(at('artifacts', run.id, 'bundle'), 'x');
  return run.id;
}

describe('X10: retention on a real disk', () => {
  it('removes caches by age, by count and by size, the oldest first, and tells what it freed', async () => {
    layer('a', { days: 9 });
    layer('b', { days: 5 });
    layer('c', { days: 3, kilobytes: 600 });
    layer('d', { days: 2, kilobytes: 600 });
    expect(await retain({ layers: { ageMs: 8 * DAY } })).toMatchObject([
      { kind: 'layers', removed: 1, failed: 0 },
    ]);
    expect(layersLeft()).toEqual(['b', 'c', 'd']);
    await retain({ layers: { count: 2 } });
    expect(layersLeft()).toEqual(['c', 'd']);
    await retain({ layers: { bytes: 1024 * 1024 } });
    expect(layersLeft()).toEqual(['d']);
    const [told] = await readSystemEvents(database.store.db, { limit: 1 });
    expect(told).toMatchObject({ type: 'retention.removed', subject: `node:node-${tests}` });
  });

  it('keeps what was used in the last day, and what a run that goes on has used since it began', async () => {
    layer('a', { days: 0 });
    expect(await retain({ layers: { count: 0, bytes: 0 } })).toEqual([]);
    await acceptRun(database.queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
    expect(await claimAll(database.queue, { nodeId: `node-${tests}` })).toHaveLength(1);
    layer('b', { days: -1 });
    await retain({ layers: { count: 0 } }, 3);
    expect(layersLeft()).toEqual(['b']);
  });

  it('removes prepared checkouts one by one, never one that a work tree is mounted over', async () => {
    const then = new Date(Date.now() - 40 * DAY);
    const layers = ['mounted', 'unused'].map((name) => at('layers', 'checkouts', 'project', name));
    for (const one of layers) {
      mkdirSync(path.join(one, 'tree'), { recursive: true });
      utimesSync(one, then, then);
    }
    const workspace = at('workspaces', 'of-a-run');
    writeOverlayRecord(workspace, [path.join(layers[0] ?? '', 'tree')]);
    await retain({ layers: { ageMs: 8 * DAY } });
    expect(layers.map((one) => existsSync(one))).toEqual([true, false]);
    rmSync(workspace, { recursive: true });
    await retain({ layers: { ageMs: 8 * DAY } });
    expect(layers.map((one) => existsSync(one))).toEqual([false, false]);
  });

  it('removes installations and removals that were broken off, whatever the limits', async () => {
    const then = new Date(Date.now() - 2 * DAY);
    for (const name of ['x.tmp-AbCdEf', 'x.1234.removing']) {
      mkdirSync(at('dependencies', name));
      utimesSync(at('dependencies', name), then, then);
    }
    await retain({});
    expect(existsSync(at('dependencies', 'x.tmp-AbCdEf'))).toBe(false);
    expect(existsSync(at('dependencies', 'x.1234.removing'))).toBe(false);
  });

  it('removes the artifacts and the saved work of runs that ended, never those of a run that has not, nor of an unknown one', async () => {
    const ended = await runWithArtifacts({ ended: true });
    const waiting = await runWithArtifacts({ ended: false });
    mkdirSync(at('artifacts', 'of-another-installation'));
    const repository = at('project');
    makeRepository(repository, { 'a.txt': 'a\n' });
    const { mirrorDir } = await startRun(folder, repository);
    const base = userGit(repository, 'rev-parse', 'HEAD');
    for (const run of [ended, waiting])
      userGit(mirrorDir, 'update-ref', `refs/runyard/${run}/failed-1`, base);
    expect(await retain({ evidence: { ageMs: 1000 } })).toEqual([]);
    await retain({ evidence: { ageMs: 2 * DAY } }, 3);
    expect(existsSync(at('artifacts', ended))).toBe(false);
    expect(existsSync(at('artifacts', waiting, 'bundle'))).toBe(true);
    expect(existsSync(at('artifacts', 'of-another-installation'))).toBe(true);
    const refs = userGit(mirrorDir, 'for-each-ref', '--format=%(refname)', 'refs/runyard/');
    expect(refs).toContain(waiting);
    expect(refs).not.toContain(ended);
  });

  it('keeps a mirror that a workspace borrows from, and removes it once nothing does', async () => {
    const repository = at('project');
    makeRepository(repository, { 'a.txt': 'a\n' });
    const started = await startRun(folder, repository);
    const { mirrorDir, workspaceDir } = started;
    renameSync(workspaceDir, at('workspaces', 'run.unsaved-1'));
    mkdirSync(at('mirrors'), { recursive: true });
    await retain({ mirrors: { ageMs: DAY } }, 3);
    expect(existsSync(mirrorDir)).toBe(true);
    await retain({ 'set-aside': { ageMs: DAY } }, 3);
    expect(existsSync(at('workspaces', 'run.unsaved-1'))).toBe(false);
    await retain({ mirrors: { ageMs: DAY } }, 3);
    expect(existsSync(mirrorDir)).toBe(false);
  });

  it('S8: is done by one node at a time, and the next one has its turn at once', async () => {
    const { db } = database.store;
    await holdSingleton(db, { name: RETENTION, holder: 'another', ttlMs: 60_000 });
    layer('a', { days: 9 });
    expect(await retain({ layers: { count: 0 } })).toBeNull();
    expect(layersLeft()).toEqual(['a']);
    await db.deleteFrom('singleton_leases').execute();
    expect(await retain({ layers: { count: 0 } })).toHaveLength(1);
    expect(await listSingletons(db)).toEqual([]);
  });
});
