import type { ReceiptEnvelope } from '../../domain/receipt.ts';
import type { RunSpec } from '../../domain/run.ts';
import type { SandboxMode } from '../../domain/sandbox.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { commitTrees } from '../../git/commit-trees.ts';
import { gitDirOf, type LocalRepository } from './check-commits.ts';
import { loadSigningKey } from './key-file.ts';
import { makeReceipt } from './make-receipt.ts';

export interface WorkingCopySigning extends LocalRepository {
  readonly verdict: Verdict;
  readonly checks: RunSpec['checks'];
  readonly sandbox: SandboxMode;
  /** Whose key signs. */
  readonly dataDir: string;
  readonly runyardVersion: string;
  readonly now: Date;
}

/** A receipt of a verification on the command line: the same statement, without a run. */
export async function signWorkingCopy(options: WorkingCopySigning): Promise<ReceiptEnvelope> {
  const { verdict, repository, checks, sandbox, dataDir, runyardVersion, now, timeoutMs } = options;
  const gitDir = await gitDirOf(options, null);
  const commits = [verdict.commit, verdict.baseCommit];
  const [head = '', base = ''] = await commitTrees({ gitDir, commits, foreign: true, timeoutMs });
  const { version, platform, arch } = process;
  const facts = {
    verdict,
    trees: { head, base },
    repository,
    run: null,
    checks,
    sandbox,
    accepted: [],
    issuer: { runyard: runyardVersion, node: version, platform: `${platform}-${arch}` },
    issuedAt: now,
  };
  return makeReceipt(facts, await loadSigningKey(dataDir));
}
