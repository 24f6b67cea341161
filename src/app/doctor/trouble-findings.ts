import type { HealthResponse } from '../../api/contract.ts';
import type { Finding } from '../../domain/finding.ts';
import { good, warning } from './finding.ts';

/** What holds runs back now, and what the reapers found last. Nothing is said where nothing is. */
export function troubleFindings({
  breakers,
  orphans,
}: Pick<HealthResponse, 'breakers' | 'orphans'>): Finding[] {
  return [...breakers.map(breakerFinding), ...orphans.map(orphanFinding)];
}

function breakerFinding({ key, state, retryAt }: HealthResponse['breakers'][number]): Finding {
  const until = retryAt === null ? '' : ` until ${retryAt}`;
  const what = state === 'half_open' ? `${key} is being tried by one run.` : `${key} is left alone${until}.`;
  const why = 'It failed; queued runs that need it wait.';
  return warning('breaker', what, {
    why,
    next: `See what happened with: runyard events --subject ${key}`,
  });
}

function orphanFinding({ node, at, counts, failures }: HealthResponse['orphans'][number]): Finding {
  const parts = counts.map(({ kind, found, removed }) => `${kind} ${removed} of ${found}`).join(', ');
  const what = `Last found by ${node} at ${at}, removed: ${parts}.`;
  const [first] = failures;
  if (!first) return good('orphans', what);
  return warning('orphans', what, {
    why: `${first.handle} is still there: ${first.why}`,
    next: 'It is tried again, at least once an hour; remove it by hand if that goes on.',
  });
}
