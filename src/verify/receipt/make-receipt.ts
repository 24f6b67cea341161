import type { KeyObject } from 'node:crypto';
import {
  mostListed,
  type ReceiptCheck,
  type ReceiptEnvelope,
  type ReceiptPredicate,
  type ReceiptStatement,
  receiptPayloadType,
  receiptPredicateType,
  statementType,
} from '../../domain/receipt.ts';
import { type ReviewRecord, type ReviewSeverity, reviewSeverities } from '../../domain/review.ts';
import type { RunSpec } from '../../domain/run.ts';
import type { CheckResult, Diagnostic, Verdict } from '../../domain/verdict.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { createRedactor } from '../../lib/redact.ts';
import { signEnvelope } from './dsse.ts';

export interface ReceiptFacts extends Pick<ReceiptPredicate, 'run' | 'sandbox' | 'accepted' | 'issuer'> {
  readonly verdict: Verdict;
  /** As git names them, not as somebody said. */
  readonly trees: { readonly head: string; readonly base: string };
  readonly repository: string;
  readonly checks: RunSpec['checks'];
  readonly issuedAt: Date;
  readonly reviews?: readonly ReviewRecord[] | undefined;
}

/** A signed receipt. Equal facts give equal bytes; its size has a bound whatever the verdict holds. */
export function makeReceipt(facts: ReceiptFacts, key: KeyObject): ReceiptEnvelope {
  const body = Buffer.from(canonicalJson(makeStatement(facts)), 'utf8');
  return signEnvelope({ payloadType: receiptPayloadType, body }, key);
}

export function makeStatement(facts: ReceiptFacts): ReceiptStatement {
  const { verdict, trees } = facts;
  return {
    _type: statementType,
    subject: [{ digest: { gitCommit: verdict.commit, gitTree: trees.head } }],
    predicateType: receiptPredicateType,
    predicate: predicateOf(facts),
  };
}

function predicateOf(facts: ReceiptFacts): ReceiptPredicate {
  const { verdict, trees, run, checks, sandbox, accepted, issuer, issuedAt } = facts;
  return {
    verdict: verdict.status,
    base: { commit: verdict.baseCommit, tree: trees.base },
    head: { commit: verdict.commit, tree: trees.head },
    repository: short(withoutCredentials(facts.repository), LONG),
    run: run && { ...run, ticket: run.ticket === null ? null : short(run.ticket) },
    checks: verdict.results.slice(0, mostListed.checks).map((result) => checkOf(result, verdict)),
    checksCount: verdict.results.length,
    comparison: { introduced: problemsOf(verdict.introduced), preexisting: problemsOf(verdict.preexisting) },
    flaky: verdict.flaky.slice(0, mostListed.flaky).map((test) => ({
      ...test,
      check: short(test.check),
      test: short(test.test),
      file: orNull(test.file),
    })),
    guards: verdict.guards
      .slice(0, mostListed.guards)
      .map(({ guard, action, message, file, line, fingerprint }) => ({
        guard,
        action,
        message: short(message, LONG),
        file: orNull(file),
        line,
        fingerprint: short(fingerprint),
      })),
    guardsCount: verdict.guards.length,
    policy: policyOf(checks),
    sandbox,
    accepted: accepted.map((one) => ({ ...one, by: short(one.by) })),
    warnings: verdict.warnings.slice(0, mostListed.warnings).map((warning) => short(warning, LONG)),
    ...(facts.reviews && { reviews: facts.reviews.map(reviewOf) }),
    issuer,
    issuedAt: issuedAt.toISOString(),
  };
}

function reviewOf({ stage, model, status, commit, round, findings }: ReviewRecord) {
  const counts = reviewSeverities.map(
    (severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const,
  );
  return {
    stage,
    model: short(model),
    status,
    commit,
    round,
    findings: Object.fromEntries(counts) as Record<ReviewSeverity, number>,
  };
}

function checkOf(result: CheckResult, { baseline }: Verdict): ReceiptCheck {
  const { check, toolVersion = null, cached = false, edited = [] } = result;
  const before = baseline.find((other) => other.check.name === check.name);
  return {
    name: short(check.name),
    kind: check.kind,
    argv: check.argv.slice(0, MOST_WORDS).map((word) => short(word)),
    folder: short(check.folder ?? ''),
    source: short(check.source),
    toolVersion: orNull(toolVersion),
    cached,
    edited: edited.slice(0, MOST_EDITED).map((file) => short(file)),
    ...sideOf(result),
    baseline: before ? sideOf(before) : null,
  };
}

const MOST_WORDS = 30;
const MOST_EDITED = 10;

function sideOf({ status, exitCode, durationMs, logDigest }: CheckResult) {
  const digest = logDigest !== undefined && /^[0-9a-f]{64}$/.test(logDigest) ? logDigest : null;
  return { status, exitCode, durationMs: Math.round(durationMs), logDigest: digest };
}

function problemsOf(diagnostics: readonly Diagnostic[]) {
  const fingerprints = [...new Set(diagnostics.map(({ fingerprint }) => short(fingerprint)))].sort();
  return { count: diagnostics.length, fingerprints: fingerprints.slice(0, mostListed.fingerprints) };
}

function policyOf({ mode, commands, allowUnverified, guards = {}, format, autofix }: RunSpec['checks']) {
  const listed = commands?.slice(0, mostListed.checks).map(({ name, command }) => ({
    name: short(name),
    command: command.slice(0, MOST_WORDS).map((word) => short(word)),
  }));
  return {
    mode,
    commands: listed ?? null,
    allowUnverified,
    guards,
    format: format ?? 'fail',
    autofix: autofix ?? true,
  };
}

function withoutCredentials(repository: string): string {
  if (!URL.canParse(repository)) return repository;
  const url = new URL(repository);
  if (url.username === '' && url.password === '') return repository;
  url.username = '';
  url.password = '';
  return url.href;
}

const USUAL = 200;
const LONG = 500;
const redact = createRedactor();

function orNull(text: string | null): string | null {
  return text === null ? null : short(text);
}

/** Redacted and cut; half a character cannot be written as UTF-8, so there is none. */
function short(text: string, most = USUAL): string {
  // No secret is longer than what is looked at, and no text costs more than that.
  const safe = redact(text.slice(0, 4 * most)).toWellFormed();
  return safe.length > most ? `${safe.slice(0, most - 1).toWellFormed()}…` : safe;
}
