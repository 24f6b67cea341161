import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receiptKeysResponseSchema, receiptResponseSchema } from '../../src/api/contract.ts';
import type { RunSpec } from '../../src/domain/run.ts';
import { notesRef } from '../../src/git/notes.ts';
import { startScriptedModel } from '../../tools/scripted-model/server.ts';
import { addTicket, calculatorFiles, rightAtOnce } from './support/calculator.ts';
import { runCli } from './support/cli.ts';
import { createRepository, type TestRepository, temporaryFolder } from './support/repository.ts';
import { writeScriptedConfig } from './support/scripted-config.ts';
import { startServer, type TestServer } from './support/server.ts';
import { testSpec } from './support/spec.ts';

let folder: string;
let removeFolder: () => Promise<void>;
let source: TestRepository;
let model: Awaited<ReturnType<typeof startScriptedModel>>;
let env: Record<string, string>;
let server: TestServer;
let spec: RunSpec;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  source = await createRepository(path.join(folder, 'source'), calculatorFiles);
  model = await startScriptedModel(rightAtOnce);
  ({ env } = await writeScriptedConfig({ folder, modelUrl: model.url }));
  server = await startServer(dataDir(), env);
  spec = testSpec({ repository: source.folder, ticket: addTicket, model: 'scripted/claude-sonnet-5' });
});

afterEach(async () => {
  await server.kill('SIGTERM');
  await model.close();
  await removeFolder();
});

const dataDir = () => path.join(folder, 'data');
const cli = (...args: string[]) => runCli([...args, '--data-dir', dataDir()], { env, cwd: folder });
const receiptOf = async (id: string) =>
  receiptResponseSchema.parse(await server.get(`/api/v1/runs/${id}/receipt`));
const keys = async () => receiptKeysResponseSchema.parse(await server.get('/api/v1/receipt-keys')).keys;
const noteLines = (commit: string) =>
  source.git('notes', `--ref=${notesRef}`, 'show', commit).split('\n').filter(Boolean);

async function deliveredRun() {
  const id = await server.create(spec);
  const details = await server.settled(id);
  expect(details.run.state, JSON.stringify(details.run.error)).toBe('succeeded');
  return { id, details, commit: details.run.delivery?.commit ?? '' };
}

describe('the receipt of a run', () => {
  it('X2: is stored with the delivery, attached to the commit, and verifies by run, by commit and by key file', async () => {
    const { id, details, commit } = await deliveredRun();
    const receipt = await receiptOf(id);
    expect(details.receipt).toMatchObject({ commit, keyId: receipt.keyId, note: 'attached' });
    expect(receipt.predicate).toMatchObject({
      verdict: 'passed',
      run: { id, ticket: 'CALC-1', attempt: 1, agent: 'builtin', model: 'scripted/claude-sonnet-5' },
      repository: source.folder,
      head: { commit, tree: source.git('rev-parse', `${commit}^{tree}`) },
      accepted: [],
    });
    expect(noteLines(commit).map((line) => JSON.parse(line) as unknown)).toEqual([receipt.envelope]);

    for (const given of [id, commit]) {
      const { code, stdout, stderr } = await cli('verify-receipt', given, '--repo', source.folder);
      expect(code, stdout + stderr).toBe(0);
      expect(stdout).toContain('is right: passed');
    }
    const branch = details.run.delivery?.branch ?? '';
    const [key] = await keys();
    const without = ['verify-receipt', branch, '--repo', source.folder, '--key', key?.publicKey ?? ''];
    await server.kill('SIGTERM');
    const alone = await runCli([...without, '--data-dir', path.join(folder, 'elsewhere')], { cwd: folder });
    expect(alone.code, alone.stdout + alone.stderr).toBe(0);

    const shown = await cli('show', id);
    expect(shown.stdout).toContain('signed, a git note of the commit');
    const words = await cli('receipt', id);
    expect(words.stdout).toContain(commit);
    const secret = readFileSync(path.join(dataDir(), 'receipt.key'), 'utf8').split('\n')[1] ?? '-';
    expect(server.output() + shown.stdout + JSON.stringify(receipt)).not.toContain(secret);
  });

  it('X2: of another commit does not hold for this one, whoever moved the note', async () => {
    const { commit } = await deliveredRun();
    source.git('notes', `--ref=${notesRef}`, 'copy', commit, 'main');
    const moved = await cli('verify-receipt', 'main', '--repo', source.folder, '--json');
    expect(moved.code).toBe(1);
    expect(moved.stdout).toContain('was found with commit');
  });

  it('X2: verifies after the key was rotated while the server runs, and new receipts have the new key', async () => {
    const first = await deliveredRun();
    const rotated = await cli('receipt-key', '--rotate', '--json');
    expect(rotated.code, rotated.stderr).toBe(0);
    const [one, other] = await keys();
    expect([one?.current, other?.current].sort()).toEqual([false, true]);
    const second = await deliveredRun();
    const signers = [await receiptOf(first.id), await receiptOf(second.id)].map(({ keyId }) => keyId);
    expect(new Set(signers).size).toBe(2);
    for (const { id } of [first, second]) {
      const checked = await cli('verify-receipt', id);
      expect(checked.code, checked.stdout + checked.stderr).toBe(0);
    }
  });

  it('X2: a note that cannot be written is a warning, and the run succeeds with its receipt', async () => {
    await mkdir(path.join(source.folder, '.git/refs/notes/runyard/occupied'), { recursive: true });
    await writeFile(
      path.join(source.folder, '.git/refs/notes/runyard/occupied/ref'),
      `${source.git('rev-parse', 'HEAD')}\n`,
    );
    const { id } = await deliveredRun();
    expect((await receiptOf(id)).note).toBe('failed');
    const { events } = await server.events(id, 0);
    expect(JSON.stringify(events)).toContain('receipt.not-attached');
    expect((await cli('verify-receipt', id)).code).toBe(0);
  });

  it('X2, V1: there is one of an unverified change too, which says so and who accepted it', async () => {
    spec = { ...spec, checks: { ...spec.checks, mode: 'off' } };
    const id = await server.create(spec);
    await server.waitForEvent(
      id,
      ({ type, data }) => type === 'run.state-changed' && (data as { to: string }).to === 'waiting',
    );
    const waiting = (await server.show(id)).run.waitDetail?.commit ?? '';
    const approved = await cli('approve', id, '--unverified', waiting);
    expect(approved.code, approved.stdout + approved.stderr).toBe(0);
    const { run } = await server.settled(id);
    const { predicate } = await receiptOf(id);
    expect(predicate).toMatchObject({
      verdict: 'unverifiable',
      checks: [],
      accepted: [{ what: 'change', subject: run.delivery?.commit }],
    });
    const checked = await cli('verify-receipt', id);
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain('nothing could be verified');
  });
});

describe('kill -9 between the delivery and the note', () => {
  it.each(['server', 'worker'] as const)(
    'X2, S5: of the %s: the note is made later, once',
    async (victim) => {
      const lock = path.join(source.folder, '.git/refs/notes/runyard.lock');
      await mkdir(path.dirname(lock), { recursive: true });
      await writeFile(lock, '');
      const id = await server.create(spec);
      await server.waitForEvent(id, ({ type }) => type === 'receipt.signed');
      if (victim === 'server') {
        await server.kill('SIGKILL');
        await rm(lock);
        server = await startServer(dataDir(), env);
      } else {
        for (const pid of server.workers()) process.kill(pid, 'SIGKILL');
        await rm(lock);
      }
      const { run } = await server.settled(id);
      expect(run.state).toBe('succeeded');
      const { envelope, note } = await receiptOf(id);
      expect(note).toBe('attached');
      expect(noteLines(run.delivery?.commit ?? '').map((line) => JSON.parse(line) as unknown)).toEqual([
        envelope,
      ]);
      expect(source.git('rev-list', '--count', notesRef)).toBe('1');
    },
  );
});
