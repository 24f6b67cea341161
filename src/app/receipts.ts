import type { CodeHost, DeliveryRequest } from '../adapters/code-host/types.ts';
import type { AttemptRecord } from '../domain/attempt.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { missingAcceptance } from '../domain/may-deliver.ts';
import type { Delivery, Run } from '../domain/run.ts';
import type { SandboxMode } from '../domain/sandbox.ts';
import type { Verdict } from '../domain/verdict.ts';
import { readEventsOfTypes } from '../events/read-events-of-types.ts';
import { canonicalJson, sha256Hex } from '../lib/canonical-json.ts';
import { attachReceiptOnce } from '../outbox/attach-receipt-once.ts';
import type { ReceiptMaker } from '../outbox/deliver-once.ts';
import type { Queue } from '../queue/queue.ts';
import { latestCheckpoint, listCheckpoints } from '../store/checkpoints.ts';
import { databaseNow } from '../store/database-now.ts';
import { findReceipt, type NewReceipt, type ReceiptKey, recordReceiptKey } from '../store/receipts.ts';
import type { Db } from '../store/schema.ts';
import { loadSigningKey } from '../verify/receipt/key-file.ts';
import { keyIdOf, publicKeyText } from '../verify/receipt/keys.ts';
import { makeReceipt, type ReceiptFacts } from '../verify/receipt/make-receipt.ts';
import type { DataFolder } from './data-folder.ts';
import { leaseMs } from './options.ts';
import { runyardVersion } from './version.ts';

export interface ReceiptOptions {
  readonly queue: Queue;
  readonly codeHost: CodeHost;
  readonly folder: Pick<DataFolder, 'root' | 'nodeId'>;
  /** How checks are isolated on this node. */
  readonly sandbox: SandboxMode;
}

export interface Receipts {
  makerFor(run: Run): ReceiptMaker;
  /** Sees to it that the source has the receipt of what was delivered as a note. */
  attach(run: Run, delivery: Delivery): Promise<void>;
  /** The id of the key that this node signs with, known to all by then. */
  currentKeyId(): Promise<string>;
}

/** Signs what was verified of a run's commit, by the records of the control plane, and never by what its caller claims. */
export function createReceipts({ queue, codeHost, folder, sandbox }: ReceiptOptions): Receipts {
  const { db } = queue.store;

  async function make(run: Run, attempt: Verified, delivery: Delivery): Promise<NewReceipt> {
    const { repository, base, checks, limits } = run.spec;
    const [key, trees, accepted, issuedAt] = await Promise.all([
      loadSigningKey(folder.root),
      codeHost.treesOf({ repository, baseRef: base, delivery, timeoutMs: limits.gitMs }),
      acceptedByHand(db, run.id, delivery.commit),
      databaseNow(db),
    ]);
    const { verdict } = attempt;
    // A verdict on nothing is one of a run with its checks off.
    const tree =
      verdict.tree ?? attempt.tree ?? (verdict.status === 'passed' ? 'that is not known' : trees.head);
    if (tree !== trees.head) {
      const detail = `Its verdict is on tree ${tree}, and the commit has tree ${trees.head}.`;
      throw runyardError('verify.no-verdict', { run: run.id, commit: delivery.commit, detail });
    }
    const about = { id: run.id, ticket: run.spec.ticket.key, ...workerOf(attempt) };
    const facts: ReceiptFacts = {
      verdict,
      trees,
      repository,
      checks,
      sandbox,
      accepted,
      issuedAt,
      run: about,
      issuer,
      reviews: attempt.reviews,
    };
    const envelope = makeReceipt(facts, key);
    const digest = sha256Hex(Buffer.from(envelope.payload, 'base64'));
    const { commit } = delivery;
    const known = { keyId: keyIdOf(key), publicKey: publicKeyText(key), nodeId: folder.nodeId };
    return { commit, tree: trees.head, key: known, digest, envelope };
  }

  return {
    makerFor: (run) => ({
      async prepare(claim) {
        const attempt = await requireVerdict(db, run.id, claim);
        if (attempt) await requireAcceptance(db, run, attempt);
        return attempt && ((delivery) => make(run, attempt, delivery));
      },
    }),
    async attach(run, { commit, baseCommit }) {
      const receipt = await findReceipt(db, run.id);
      if (receipt === null || receipt.commit !== commit) return;
      const { repository, base, limits } = run.spec;
      const line = canonicalJson(receipt.envelope);
      const about = { runId: run.id, repository, baseRef: base, baseCommit, commit, line };
      const request = { ...about, date: run.createdAt, timeoutMs: limits.gitMs };
      await attachReceiptOnce({ queue, codeHost, request, epoch: run.epoch, leaseMs });
    },
    async currentKeyId() {
      const key = await currentKey(folder);
      await recordReceiptKey(db, key);
      return key.keyId;
    },
  };
}

const issuer = {
  runyard: runyardVersion,
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
};

async function currentKey({ root, nodeId }: ReceiptOptions['folder']): Promise<ReceiptKey> {
  const key = await loadSigningKey(root);
  return { keyId: keyIdOf(key), publicKey: publicKeyText(key), nodeId };
}

type Verified = AttemptRecord & { readonly verdict: Verdict };

function workerOf({ number, agent, model }: AttemptRecord) {
  return { attempt: number, agent, model };
}

/** The attempt that made exactly this commit from exactly this base, with its verdict; null when there is none and none is claimed. */
async function requireVerdict(
  db: Db,
  runId: string,
  { commit, baseCommit, verified }: Pick<DeliveryRequest, 'commit' | 'baseCommit' | 'verified'>,
): Promise<Verified | null> {
  const found = await findAttempt(db, runId, { commit, baseCommit });
  if (!verified || (found?.outcome === 'passed' && found.verdict.status === 'passed')) return found;
  const detail = found
    ? `Its verdict is "${found.verdict.status}".`
    : 'No checkpoint of the run has a verdict on this commit and this base.';
  throw runyardError('verify.no-verdict', { run: runId, commit, detail });
}

/** A worker that did not ask whom it had to ask delivers nothing. */
async function requireAcceptance(db: Db, run: Run, attempt: Verified): Promise<void> {
  const { commit } = attempt.verdict;
  const decisions = await acceptedByHand(db, run.id, commit);
  const detail = missingAcceptance({
    attempt,
    policies: run.spec.reviews,
    allowUnverified: run.spec.checks.allowUnverified,
    isAccepted: decisions.some(({ what }) => what === 'change'),
  });
  if (detail !== null) throw runyardError('verify.no-verdict', { run: run.id, commit, detail });
}

async function findAttempt(
  db: Db,
  runId: string,
  { commit, baseCommit }: Pick<DeliveryRequest, 'commit' | 'baseCommit'>,
): Promise<Verified | null> {
  const fits = (attempt: AttemptRecord): attempt is Verified =>
    attempt.commit === commit &&
    attempt.verdict?.commit === commit &&
    attempt.verdict.baseCommit === baseCommit;
  const latest = await latestCheckpoint(db, runId);
  const found = latest?.attempts.findLast(fits);
  if (found) return found;
  // What an earlier owner delivered is in a checkpoint of its own.
  const all = await listCheckpoints(db, runId);
  return all.flatMap(({ attempts }) => attempts).find(fits) ?? null;
}

const MOST_DECISIONS = 200;

async function acceptedByHand(db: Db, runId: string, commit: string): Promise<ReceiptFacts['accepted']> {
  const types = ['plan.approved', 'change.accepted'] as const;
  const events = await readEventsOfTypes(db, runId, { types, limit: MOST_DECISIONS });
  const decisions = events.flatMap(({ type, data, at }) => {
    if (type === 'change.accepted' && data.commit !== commit) return [];
    const what = type === 'plan.approved' ? ('plan' as const) : ('change' as const);
    const subject = type === 'plan.approved' ? data.hash : data.commit;
    return [{ what, subject, by: data.by, at: at.toISOString() }];
  });
  const plan = decisions.findLast(({ what }) => what === 'plan');
  return decisions.filter((one) => one.what !== 'plan' || one === plan);
}
