import type { Config } from '../config/schema.ts';
import { type ReceiptStatement, receiptEnvelopeSchema } from '../domain/receipt.ts';
import { checkCommits } from '../verify/receipt/check-commits.ts';
import { checkEnvelope, type ReceiptFinding, subjectOf } from '../verify/receipt/check-envelope.ts';
import { compareRerun, rerunFinding } from '../verify/receipt/compare-rerun.ts';
import { clean } from './clean.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { findReceipts, type Where } from './find-receipt.ts';
import { loadSettings } from './load-settings.ts';
import { type ReceiptJudgement, renderReceiptCheck } from './render/receipt.ts';
import { repositoryOf } from './start-run.ts';
import { trustedKeys } from './trusted-keys.ts';

export interface VerifyReceiptOptions {
  readonly repo?: string;
  readonly key?: readonly string[];
  readonly rerun?: true;
  readonly allowUnverified?: true;
}

/** `runyard verify-receipt`: 0 when every receipt found is right in every part, 1 otherwise. */
export async function verifyReceipt(
  context: CliContext,
  given: string,
  options: VerifyReceiptOptions & CommonOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const repository =
    options.repo === undefined ? null : repositoryOf(options.repo, context.cwd, 'verify-receipt');
  const { config } = await loadSettings(context, options, repository ?? undefined);
  const where: Where = { context, options, config, repository };
  const found = await findReceipts(given, where);
  const keys = await trustedKeys(options.key ?? [], signersOf(found.texts), where);
  const judged: ReceiptJudgement[] = [];
  for (const text of found.texts) {
    const checked = checkEnvelope(text, keys);
    const at = { ...where, commit: found.commit, repository: repository ?? found.repository ?? context.cwd };
    judged.push(await judge(checked, options, at));
  }
  const ok = judged.every((one) => one.ok);
  if (options.json) terminal.out(JSON.stringify({ ok, source: found.source, receipts: judged }));
  else for (const one of judged) terminal.out(renderReceiptCheck(one, { source: found.source, terminal }));
  return ok ? exitCodes.succeeded.code : exitCodes.failed.code;
}

interface At extends Where {
  readonly repository: string;
  readonly commit: string | null;
}

/** What is certain by the signature alone is compared with the repository, then with another run of the checks. */
async function judge(
  { findings, keyId, statement }: ReturnType<typeof checkEnvelope>,
  options: VerifyReceiptOptions & CommonOptions,
  at: At,
): Promise<ReceiptJudgement> {
  const all: ReceiptFinding[] = [...findings];
  const judgement = (): ReceiptJudgement => ({
    ok: all.every(({ ok }) => ok),
    keyId,
    findings: all,
    statement,
  });
  if (statement === null) return judgement();
  const { gitCommit } = subjectOf(statement);
  if (at.commit !== null && at.commit !== gitCommit) {
    const detail = `It is about commit ${gitCommit}, and was found with commit ${at.commit}.`;
    all.push({ part: 'commit', ok: false, detail });
    return judgement();
  }
  const { context, config, repository } = at;
  const place = { repository, environment: context.env, timeoutMs: config.limits.gitMs };
  all.push(...(await checkCommits(statement, place)));
  if (!judgement().ok) return judgement();
  all.push(verdictFinding(statement, options.allowUnverified === true));
  if (options.rerun && judgement().ok) all.push(await rerun(statement, options, at));
  return judgement();
}

function verdictFinding({ predicate }: ReceiptStatement, allowUnverified: boolean): ReceiptFinding {
  const { verdict, checksCount } = predicate;
  const ok = verdict === 'passed' || (verdict === 'unverifiable' && allowUnverified);
  if (ok) return { part: 'verdict', ok, detail: `${verdict}, ${checksCount} checks` };
  const detail =
    verdict === 'failed'
      ? 'The receipt is authentic, and says that the change failed its checks.'
      : 'The receipt is authentic, and says that nothing could be verified (--allow-unverified accepts that).';
  return { part: 'verdict', ok, detail };
}

async function rerun(
  { predicate }: ReceiptStatement,
  options: CommonOptions,
  { context, config, repository }: At,
): Promise<ReceiptFinding> {
  const stop = new AbortController();
  const release = context.onInterrupt(() => {
    stop.abort(new Error('interrupted'));
    return 'taken';
  });
  try {
    const verdict = await context.services.verify({
      config: withPolicy(config, predicate.policy),
      env: context.env,
      repository,
      base: predicate.base.commit,
      head: { revision: predicate.head.commit },
      isFresh: true,
      stopEarly: false,
      signal: stop.signal,
      onProgress: (line) => {
        if (!options.json) context.terminal.err(clean(line));
      },
    });
    return rerunFinding(compareRerun(predicate, verdict), verdict.results.length);
  } finally {
    release();
  }
}

/** What counted then counts again, whatever is configured here. */
function withPolicy(config: Config, policy: ReceiptStatement['predicate']['policy']): Config {
  return { ...config, checks: { ...config.checks, ...policy } };
}

function signersOf(texts: readonly string[]): ReadonlySet<string> {
  return new Set(
    texts.flatMap((text) => {
      try {
        const envelope = receiptEnvelopeSchema.safeParse(JSON.parse(text));
        return envelope.success ? envelope.data.signatures.map(({ keyid }) => keyid) : [];
      } catch {
        // It names nobody; checking it says that it is not JSON.
        return [];
      }
    }),
  );
}
