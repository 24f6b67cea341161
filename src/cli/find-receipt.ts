import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config/schema.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { largestReceiptBytes } from '../domain/receipt.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { ifThere } from '../lib/if-there.ts';
import { receiptsOfCommit } from '../verify/receipt/check-commits.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { withSession } from './with-session.ts';

export interface FoundReceipts {
  /** Where they were found, for people. */
  readonly source: string;
  /** Not looked into yet. */
  readonly texts: readonly string[];
  /** The commit they must be about; null: whichever they say. */
  readonly commit: string | null;
  /** Where the run worked; null: not known. */
  readonly repository: string | null;
}

export interface Where {
  readonly context: CliContext;
  readonly options: CommonOptions;
  readonly config: Config;
  /** Absolute; null: not given. */
  readonly repository: string | null;
}

/** The receipts somebody names: a file, else a commit that has some in its note, else those of a run. */
export async function findReceipts(given: string, where: Where): Promise<FoundReceipts> {
  return (await fromFile(given, where)) ?? (await fromNote(given, where)) ?? (await fromRun(given, where));
}

async function fromFile(given: string, { context }: Where): Promise<FoundReceipts | null> {
  const file = path.resolve(context.cwd, given);
  const found = await ifThere(stat(file));
  if (!found?.isFile()) return null;
  if (found.size > 2 * largestReceiptBytes)
    throw runyardError('verify.receipt-unreadable', { source: given, detail: 'It is too large for one.' });
  return { source: given, texts: [envelopeIn(await readFile(file, 'utf8'))], commit: null, repository: null };
}

/** `runyard receipt --json` has the envelope among other things. */
function envelopeIn(text: string): string {
  try {
    const json = JSON.parse(text) as { envelope?: unknown } | null;
    return json?.envelope === undefined ? text : JSON.stringify(json.envelope);
  } catch {
    // Whoever checks the envelope says what is wrong with it.
    return text;
  }
}

async function fromNote(given: string, where: Where): Promise<FoundReceipts | null> {
  const { context, config } = where;
  const repository = where.repository ?? context.cwd;
  const options = { repository, environment: context.env, timeoutMs: config.limits.gitMs };
  // An id of a run is no revision, and here need not be a repository then.
  const found = await receiptsOfCommit(given, options).catch((error: unknown) => {
    if (where.repository !== null) throw error;
    return null;
  });
  if (found === null) return null;
  const source = `the note of commit ${found.commit}`;
  if (found.receipts.length === 0)
    throw runyardError('verify.receipt-unreadable', { source, detail: 'No line of it is JSON.' });
  return { source, texts: found.receipts, commit: found.commit, repository };
}

async function fromRun(given: string, { context, options, config }: Where): Promise<FoundReceipts> {
  if (/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(given)) {
    const detail = 'The commit is not in this repository, or it has no note in refs/notes/runyard.';
    throw runyardError('verify.no-receipt', { subject: `commit ${given}`, detail });
  }
  let found: FoundReceipts | null = null;
  await withSession(context, { options, config, drive: false }, async ({ api }) => {
    const { run, envelope, commit } = await api.views.receipt(given);
    const { repository } = (await api.run(run)).run.spec;
    const local = path.isAbsolute(repository) ? repository : null;
    found = { source: `run ${run}`, texts: [canonicalJson(envelope)], commit, repository: local };
    return 0;
  });
  if (found === null) throw new Error('interrupted');
  return found;
}
