import type { GuardFinding } from '../../domain/guard.ts';

const MOST = 20;
const WORDS = { block: 'blocks', ask: 'asks', warn: 'warns' } as const;

/** What guards found, for people: a line each, what shows it below. Empty where they found nothing. */
export function guardLines(findings: readonly GuardFinding[]): string[] {
  if (findings.length === 0) return [];
  const lines = findings.slice(0, MOST).flatMap(({ guard, action, message, file, line, evidence, hint }) => {
    const place = file === null ? '' : ` ${file}${line === null ? '' : `:${line}`}`;
    const shown = evidence === '' ? [] : evidence.split('\n').map((each) => `      ${each}`);
    return [
      `  ${WORDS[action].padEnd(6)} ${guard}${place}: ${message}`,
      ...shown,
      ...(action === 'warn' ? [] : [`      ${hint}`]),
    ];
  });
  const more = findings.length - MOST;
  return ['Guards, on the change itself:', ...lines, ...(more > 0 ? [`  … and ${more} more`] : [])];
}
