import type { GuardFinding } from '../../domain/guard.ts';
import type { Diagnostic, Verdict } from '../../domain/verdict.ts';
import { fingerprintOf } from '../judge.ts';
import type { GuardReport } from './run-guards.ts';

/** A verdict with what the guards found: one that blocks makes it `failed` and is a problem like any other, so that it is fed back. */
export function withGuards(verdict: Verdict, { findings, warnings }: GuardReport): Verdict {
  const blocking = findings.filter(({ action }) => action === 'block');
  const introduced = [...verdict.introduced, ...blocking.map(diagnosticOf)];
  return {
    ...verdict,
    status: blocking.length > 0 ? 'failed' : verdict.status,
    introduced,
    warnings: [...verdict.warnings, ...warnings],
    guards: [...findings],
    fingerprint: blocking.length > 0 ? fingerprintOf(introduced) : verdict.fingerprint,
  };
}

function diagnosticOf({ guard, message, file, line, evidence, hint, fingerprint }: GuardFinding): Diagnostic {
  return {
    category: guard === 'secrets' ? 'secret_detected' : 'guard',
    severity: 'error',
    message: evidence === '' ? message : `${message}\n${evidence}`,
    file,
    line,
    symbol: guard,
    hint,
    fingerprint,
  };
}
