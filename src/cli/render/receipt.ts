import type { ReceiptKeysResponse, ReceiptResponse } from '../../api/contract.ts';
import type { ReceiptPredicate, ReceiptStatement } from '../../domain/receipt.ts';
import { formatDuration } from '../../lib/deadline.ts';
import type { ReceiptFinding } from '../../verify/receipt/check-envelope.ts';
import { clean, oneLine } from '../clean.ts';
import type { Style, Terminal } from '../terminal.ts';
import { type Fact, renderFacts } from './facts.ts';
import { plural } from './figures.ts';

const WIDTH = 100;

/** `runyard receipt`: what it states, as the server read it. */
export function renderReceipt(answer: ReceiptResponse, style: Style): string {
  const { run, commit, keyId, digest, note, at, predicate } = answer;
  const rows: readonly Fact[] = [
    ['Receipt', [`of run ${run}, signed ${at}`]],
    ['Commit', [commit]],
    ['Tree', [answer.tree]],
    ...(predicate ? predicateRows(predicate, style) : []),
    ['Key', [keyId]],
    ['Digest', [`sha256:${digest}`]],
    ['Note', [noteWords[note]]],
  ];
  return renderFacts(rows, style);
}

const noteWords: Readonly<Record<ReceiptResponse['note'], string>> = {
  attached: 'attached to the commit (refs/notes/runyard)',
  pending: 'being attached to the commit',
  failed: 'could not be attached to the commit; the receipt is stored here',
  none: 'not attached to the commit',
};

function predicateRows(predicate: ReceiptPredicate, style: Style): readonly Fact[] {
  const { verdict, base, comparison, flaky, guardsCount, accepted, sandbox, issuer } = predicate;
  const colour = verdict === 'passed' ? style.green : style.red;
  const { introduced, preexisting } = comparison;
  return [
    ['Verdict', [colour(verdict)]],
    ['Base', [base.commit]],
    ['Checks', checkRows(predicate, style)],
    ['Problems', [`${introduced.count} new, ${preexisting.count} there before`]],
    [
      'Flaky',
      flaky.map(({ test, failures, runs }) => `${oneLine(test, WIDTH)} (failed ${failures} of ${runs})`),
    ],
    ['Guards', guardsCount > 0 ? [plural(guardsCount, 'finding')] : []],
    ['Accepted', accepted.map(({ what, by, at }) => `${what} by ${oneLine(by, 40)}, ${at}`)],
    ['Sandbox', [sandbox]],
    ['By', [`Runyard ${clean(issuer.runyard)}, Node ${clean(issuer.node)}, ${clean(issuer.platform)}`]],
  ];
}

function checkRows({ checks, checksCount }: ReceiptPredicate, style: Style): string[] {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  const rows = checks.map(({ name, status, durationMs, argv }) => {
    const colour = status === 'passed' ? style.green : style.red;
    const command = argv.length > 0 ? style.dim(oneLine(argv.join(' '), 60)) : style.dim('(built in)');
    return `${clean(name).padEnd(width)} ${colour(status.padEnd(9))} ${formatDuration(durationMs).padStart(7)} ${command}`;
  });
  const more = checksCount - checks.length;
  return more > 0 ? [...rows, `… and ${more} more`] : rows;
}

export interface ReceiptJudgement {
  readonly ok: boolean;
  readonly keyId: string | null;
  readonly findings: readonly ReceiptFinding[];
  /** null: refused before it could be believed. */
  readonly statement: ReceiptStatement | null;
}

/** `runyard verify-receipt`: part by part, then what it comes to. */
export function renderReceiptCheck(
  { ok, findings, statement }: ReceiptJudgement,
  { source, terminal }: { readonly source: string; readonly terminal: Terminal },
): string {
  const { style, utf8 } = terminal;
  const [good, bad] = utf8 ? ['✓', '✗'] : ['+', 'x'];
  const width = Math.max(0, ...findings.map(({ part }) => part.length));
  const lines = findings.map((finding) => {
    const mark = finding.ok ? style.green(good) : style.red(bad);
    return `${mark} ${finding.part.padEnd(width)}  ${oneLine(finding.detail, 400)}`;
  });
  const refused = findings.find((finding) => !finding.ok);
  const verdict = statement?.predicate.verdict ?? '';
  const conclusion = ok
    ? style.green(`The receipt in ${clean(source)} is right: ${verdict}.`)
    : style.red(`Refused: the receipt in ${clean(source)} does not hold (${refused?.part ?? 'unknown'}).`);
  return [...lines, conclusion].join('\n');
}

export function renderReceiptKeys({ keys }: ReceiptKeysResponse, style: Style): string {
  const lines = keys.map(({ keyId, node, createdAt, current }) => {
    const mark = current ? style.green('signs now') : style.dim('kept      ');
    return `${keyId}  ${mark.padEnd(10)} ${style.dim(`${clean(node)}, known since ${createdAt}`)}`;
  });
  const current = keys.find((key) => key.current);
  return [...lines, ...(current ? ['', current.publicKey.trim()] : [])].join('\n');
}
