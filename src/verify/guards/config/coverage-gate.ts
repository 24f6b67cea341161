import type { GuardWeight } from '../../../domain/guard-policy.ts';

const GATE =
  /\b(?:c8|nyc|tap|borp)\b[^&|;]*\s--(?:100\b|check-coverage\b)|--coverage\.thresholds?\b|--coverageThreshold\b|--test-coverage-(?:lines|branches|functions)\b|--(?:cov-)?fail-under\b/;
const AMOUNT =
  /--(?:test-coverage-|coverage\.thresholds?\.)?(lines|branches|functions|statements|cov-fail-under|fail-under)[= ](\d{1,3})\b/g;

/** Runners whose own configuration may hold the threshold. */
const OTHER_RUNNER = /\b(?:vitest|jest|tap|karma|wtr)\b/;

/** How a script asks for less coverage than before, where no other script asks for it; null: it does not. */
export function loweredCoverage(
  command: string,
  { next, everything }: { readonly next: string; readonly everything: string },
): GuardWeight | null {
  if (GATE.test(command) && !GATE.test(everything))
    return OTHER_RUNNER.test(next) && !OTHER_RUNNER.test(command) ? 'doubtful' : 'certain';
  const now = amountsIn(next);
  const isLower = [...amountsIn(command)].some(([name, amount]) => (now.get(name) ?? amount) < amount);
  return isLower ? 'certain' : null;
}

function amountsIn(command: string): ReadonlyMap<string, number> {
  return new Map([...command.matchAll(AMOUNT)].map(([, name = '', amount = '']) => [name, Number(amount)]));
}
