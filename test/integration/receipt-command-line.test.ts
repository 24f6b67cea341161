import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReceiptEnvelope, receiptEnvelopeSchema, receiptStatement } from '../../src/domain/receipt.ts';
import { preAuthEncoding, signEnvelope } from '../../src/verify/receipt/dsse.ts';
import { loadSigningKey } from '../../src/verify/receipt/key-file.ts';
import { newSigningKey, publicKeyText, readSigningKey } from '../../src/verify/receipt/keys.ts';
import { calculatorFiles, rightSource, wrongSource } from '../e2e/support/calculator.ts';
import { runCli } from '../e2e/support/cli.ts';
import { createRepository, type TestRepository } from '../e2e/support/repository.ts';

let folder: string;
let repository: TestRepository;
let envelope: ReceiptEnvelope;
let head: string;

const receiptFile = () => path.join(folder, 'receipt.json');
const keyFile = () => path.join(folder, 'runyard.pub');

/** One verification with a receipt, which every test below is about. No server is ever started. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'i5-receipt-'));
  repository = await createRepository(path.join(folder, 'source'), calculatorFiles);
  await repository.write('src/add.js', rightSource);
  head = repository.commit('add');
  const args = ['verify', '--repo', repository.folder, '--base', 'HEAD~1', '--receipt', receiptFile()];
  const verified = await cli(...args);
  if (verified.code !== 0) throw new Error(verified.stdout + verified.stderr);
  envelope = receiptEnvelopeSchema.parse(JSON.parse(readFileSync(receiptFile(), 'utf8')));
  writeFileSync(keyFile(), publicKeyText(await loadSigningKey(path.join(folder, 'data'))));
});

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

function cli(...args: string[]) {
  const env = { RUNYARD_DATA_DIR: path.join(folder, 'data'), HOME: folder };
  return runCli(args, { cwd: folder, env });
}

async function check(changed: object, ...more: string[]) {
  const file = path.join(folder, 'changed.json');
  writeFileSync(file, JSON.stringify(changed));
  const given = ['verify-receipt', file, '--repo', repository.folder, '--key', keyFile(), '--json', ...more];
  const { code, stdout, stderr } = await cli(...given);
  const answer = JSON.parse(stdout || '{}') as {
    ok?: boolean;
    receipts?: { findings: { part: string; ok: boolean; detail: string }[] }[];
  };
  const refused = answer.receipts?.[0]?.findings.find(({ ok }) => !ok);
  return { code, refused, all: stdout + stderr };
}

/** The same statement, changed, and signed with the right key: only what it is compared with can tell. */
async function resigned(change: (statement: ReturnType<typeof statementOf>) => void) {
  const statement = statementOf();
  change(statement);
  const key = await loadSigningKey(path.join(folder, 'data'));
  return signEnvelope(
    { payloadType: envelope.payloadType, body: Buffer.from(JSON.stringify(statement)) },
    key,
  );
}

function statementOf() {
  const statement = receiptStatement(envelope);
  if (statement === null) throw new Error('no statement');
  return structuredClone(statement);
}

describe('runyard verify --receipt', () => {
  it('X2: states base, head, trees, checks with their commands and results, and who says so', () => {
    const { subject, predicate } = statementOf();
    const tree = repository.git('rev-parse', 'HEAD^{tree}');
    expect(subject).toEqual([{ digest: { gitCommit: head, gitTree: tree } }]);
    expect(predicate).toMatchObject({
      verdict: 'passed',
      head: { commit: head, tree },
      base: {
        commit: repository.git('rev-parse', 'HEAD~1'),
        tree: repository.git('rev-parse', 'HEAD~1^{tree}'),
      },
      run: null,
      comparison: { introduced: { count: 0, fingerprints: [] } },
    });
    const test = predicate.checks.find(({ name }) => name === 'test');
    expect(test).toMatchObject({ status: 'passed', exitCode: 0, argv: expect.arrayContaining(['npm']) });
  });

  it('X2: keeps its key to itself: mode 600 in the data folder, and in no output', async () => {
    const file = path.join(folder, 'data', 'receipt.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secret = readFileSync(file, 'utf8').split('\n')[1] ?? '';
    expect(secret.length).toBeGreaterThan(40);
    const shown = await cli('verify-receipt', receiptFile(), '--repo', repository.folder, '--json');
    expect(shown.code, shown.stdout + shown.stderr).toBe(0);
    expect(shown.stdout + shown.stderr + readFileSync(receiptFile(), 'utf8')).not.toContain(secret);
  });

  it('X2: OpenSSL, which knows nothing of Runyard, finds the signature right', () => {
    const signed = path.join(folder, 'signed');
    const sig = path.join(folder, 'sig');
    writeFileSync(signed, preAuthEncoding(envelope.payloadType, Buffer.from(envelope.payload, 'base64')));
    writeFileSync(sig, Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64'));
    const args = [
      'pkeyutl',
      '-verify',
      '-pubin',
      '-inkey',
      keyFile(),
      '-rawin',
      '-in',
      signed,
      '-sigfile',
      sig,
    ];
    expect(execFileSync('openssl', args, { encoding: 'utf8' })).toContain('Signature Verified Successfully');
    writeFileSync(signed, 'DSSEv1 something else');
    expect(() => execFileSync('openssl', args, { stdio: 'pipe' })).toThrow();
  });

  it('X2: a receipt of a work tree is refused, as nobody else could have that commit', async () => {
    const args = [
      'verify',
      '--repo',
      repository.folder,
      '--base',
      'HEAD',
      '--worktree',
      '--receipt',
      'x.json',
    ];
    const { code, stderr } = await cli(...args);
    expect(code).toBe(2);
    expect(stderr).toContain('--receipt and --worktree exclude each other');
  });
});

describe('runyard verify-receipt', () => {
  it('X2: says part by part what holds, with a key file and without a server', async () => {
    const given = ['verify-receipt', receiptFile(), '--repo', repository.folder, '--key', keyFile()];
    const { code, stdout, stderr } = await cli(...given);
    expect(code, stdout + stderr).toBe(0);
    for (const part of ['signature', 'commit', 'tree', 'base', 'verdict']) expect(stdout).toContain(part);
    expect(stdout).toContain('is right: passed');
  });

  it('X2: whatever is changed in the envelope is refused by name', async () => {
    const payload = Buffer.from(envelope.payload, 'base64').toString();
    const forged = Buffer.from(payload.replace('"exitCode":0', '"exitCode":1')).toString('base64');
    const [signature] = envelope.signatures;
    const cases: [string, object][] = [
      ['envelope', { ...envelope, signatures: [] }],
      ['payload type', { ...envelope, payloadType: 'application/json' }],
      ['key', { ...envelope, signatures: [{ ...signature, keyid: 'f'.repeat(64) }] }],
      ['signature', { ...envelope, payload: forged }],
      ['signature', { ...envelope, payload: `${envelope.payload} ` }],
      [
        'signature',
        { ...envelope, signatures: [{ ...signature, sig: Buffer.alloc(64).toString('base64') }] },
      ],
    ];
    for (const [part, changed] of cases) {
      const { code, refused, all } = await check(changed);
      expect([code, refused?.part], all).toEqual([1, part]);
    }
  });

  it('X2: a receipt of another key is refused, also when it names the right one', async () => {
    const other = readSigningKey(newSigningKey(), 'the test');
    const body = Buffer.from(envelope.payload, 'base64');
    const foreign = signEnvelope({ payloadType: envelope.payloadType, body }, other);
    expect((await check(foreign)).refused?.part).toBe('key');
    const keyid = envelope.signatures[0]?.keyid ?? '';
    const posing = { ...foreign, signatures: foreign.signatures.map((one) => ({ ...one, keyid })) };
    expect((await check(posing)).refused?.part).toBe('signature');
  });

  it('X2: what is signed but does not fit the repository, or itself, is refused by name', async () => {
    const elsewhere = '1'.repeat(40);
    const parts = {
      statement: await resigned((statement) =>
        Object.assign(statement, { predicateType: 'https://x.example' }),
      ),
      subject: await resigned(({ predicate }) => Object.assign(predicate.head, { commit: elsewhere })),
      commit: await resigned(({ predicate, subject }) => {
        Object.assign(predicate.head, { commit: elsewhere });
        Object.assign(subject[0]?.digest ?? {}, { gitCommit: elsewhere });
      }),
      tree: await resigned(({ predicate, subject }) => {
        Object.assign(predicate.head, { tree: elsewhere });
        Object.assign(subject[0]?.digest ?? {}, { gitTree: elsewhere });
      }),
      base: await resigned(({ predicate }) => Object.assign(predicate.base, { tree: elsewhere })),
      verdict: await resigned(({ predicate }) => Object.assign(predicate, { verdict: 'unverifiable' })),
    };
    for (const [part, changed] of Object.entries(parts)) {
      const { code, refused, all } = await check(changed);
      expect([code, refused?.part], all).toEqual([1, part]);
    }
    expect((await check(parts.verdict, '--allow-unverified')).code).toBe(0);
  });

  it('X2: --rerun runs the same checks again, and finds out a receipt that is signed and untrue', async () => {
    const again = await check(envelope, '--rerun');
    expect(again.code, again.all).toBe(0);
    await repository.write('src/add.js', wrongSource);
    const bad = repository.commit('break it');
    const tree = repository.git('rev-parse', 'HEAD^{tree}');
    const untrue = await resigned(({ predicate, subject }) => {
      Object.assign(predicate.head, { commit: bad, tree });
      Object.assign(subject[0]?.digest ?? {}, { gitCommit: bad, gitTree: tree });
    });
    expect((await check(untrue)).code).toBe(0);
    const { code, refused } = await check(untrue, '--rerun');
    expect([code, refused?.part]).toEqual([1, 'checks run again']);
    expect(refused?.detail).toContain('test was passed, is failed');
  });

  it('X2: what is no receipt at all is an answer, not a crash', async () => {
    for (const text of ['', '{', '[]', 'null', '{"envelope":null}', '\u0000'.repeat(1000)]) {
      const file = path.join(folder, 'odd.json');
      writeFileSync(file, text);
      const given = ['verify-receipt', file, '--repo', repository.folder, '--key', keyFile()];
      const { code, stdout, stderr } = await cli(...given);
      expect(code, stdout + stderr).toBe(1);
      expect(stdout).toContain('Refused');
    }
    const none = await cli('verify-receipt', head, '--repo', repository.folder, '--key', keyFile());
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('no note in refs/notes/runyard');
  });
});
