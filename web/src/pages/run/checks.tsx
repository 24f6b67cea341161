import { Link, useSearch } from '@tanstack/react-router';
import { useAttempts } from '../../api/queries.ts';
import type { AttemptView, RunDetails } from '../../api/types.ts';
import { AnsiText } from '../../components/ansi-text.tsx';
import { AttemptChoice } from '../../components/attempt-choice.tsx';
import { Badge, Code, Empty, Panel } from '../../components/basics.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { countOf, duration } from '../../lib/format.ts';
import type { RunSearch } from '../../lib/run-search.ts';
import type { Tone } from '../../lib/state-words.ts';

type CheckView = AttemptView['checks'][number];
type GuardView = NonNullable<NonNullable<AttemptView['verdict']>['guards']>[number];

/** What our own checks said of an attempt; what it broke apart from what was broken before. */
export function ChecksTab({ details }: { details: RunDetails }) {
  const search: RunSearch = useSearch({ from: '/app/runs/$runId' });
  const query = useAttempts(details.run.id);
  return (
    <Loaded query={query}>
      {({ attempts }) => {
        const checked = attempts.filter(({ checks }) => checks.length > 0);
        const chosen = checked.find(({ number }) => number === search.attempt);
        const shown =
          chosen ?? checked.findLast(({ commit }) => isSubject(details, commit)) ?? checked.at(-1);
        if (shown === undefined)
          return <Empty title="No check was run yet.">Checks run when an agent says it has finished.</Empty>;
        return (
          <>
            <AttemptChoice
              runId={details.run.id}
              tab="checks"
              attempts={checked.map(({ number }) => number)}
              current={shown.number}
            />
            <Verdict attempt={shown} />
            <div className="grid gap-3">
              {shown.checks.map((check) => (
                <Check key={check.name} check={check} runId={details.run.id} attempt={shown.number} />
              ))}
            </div>
          </>
        );
      }}
    </Loaded>
  );
}

/** Whether it is the commit that was delivered or waits for a person: not always the last one. */
function isSubject({ run: { delivery, waitDetail } }: RunDetails, commit: string | null): boolean {
  return commit !== null && commit === (delivery?.commit ?? waitDetail?.commit);
}

function Verdict({ attempt: { verdict } }: { attempt: AttemptView }) {
  if (verdict === null) return null;
  return (
    <div className="mb-3 text-[13px] text-muted">
      <p>
        <span className="text-ink">{countOf(verdict.introduced, 'new problem')}</span>,{' '}
        <span className="text-ink">{verdict.preexisting}</span> that were there before. Checked:{' '}
        <Code>{verdict.commit.slice(0, 10)}</Code> against <Code>{verdict.baseCommit.slice(0, 10)}</Code>
      </p>
      <Guards findings={verdict.guards ?? []} />
      {verdict.warnings.map((warning) => (
        <p key={warning} className="mt-1 text-warn">
          {warning}
        </p>
      ))}
    </div>
  );
}

const guardWords: Record<GuardView['action'], readonly [Tone, string]> = {
  block: ['bad', 'blocks'],
  ask: ['warn', 'asks'],
  warn: ['quiet', 'warns'],
};

/** What guards found in the change itself. */
function Guards({ findings }: { findings: readonly GuardView[] }) {
  if (findings.length === 0) return null;
  return (
    <ul aria-label="Guards" className="mt-2 space-y-2">
      {findings.map(({ guard, action, message, evidence, hint, fingerprint }, index) => (
        <li key={`${index} ${fingerprint}`}>
          <p className="flex flex-wrap items-baseline gap-x-2">
            <Badge tone={guardWords[action][0]}>{guardWords[action][1]}</Badge>
            <span className="text-xs">{guard}</span>
            <span className="text-ink">{message}</span>
          </p>
          {evidence !== '' && <pre className="mt-0.5 overflow-x-auto font-mono text-xs">{evidence}</pre>}
          <p className="text-xs">{hint}</p>
        </li>
      ))}
    </ul>
  );
}

const judgements: Record<CheckView['judgement'], readonly [Tone, string]> = {
  passed: ['good', 'Passed'],
  'new-failure': ['bad', 'Failed, new'],
  'old-failure': ['warn', 'Failed before too'],
  'not-run': ['quiet', 'Did not run'],
};

function Check({ check, runId, attempt }: { check: CheckView; runId: string; attempt: number }) {
  const [tone, words] = judgements[check.judgement];
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2">
          {check.name}
          <Badge tone={tone}>{words}</Badge>
        </span>
      }
      aside={
        <span className="numbers">
          {duration(check.durationMs)}
          {check.exitCode !== null && ` · exit ${check.exitCode}`}
        </span>
      }
    >
      <p className="text-xs text-muted">
        {check.command.length > 0 && <span className="mr-2 font-mono">{check.command.join(' ')}</span>}
        {check.source === 'runyard' ? 'built into Runyard' : `from ${check.source}`}
      </p>
      {check.diagnostics.length > 0 && (
        <ul className="mt-2 space-y-2">
          {check.diagnostics.map((found, index) => (
            <li key={`${index} ${found.fingerprint}`} className="text-[13px]">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <Badge tone={found.isNew ? (found.severity === 'error' ? 'bad' : 'warn') : 'quiet'}>
                  {found.isNew ? 'new' : 'before'}
                </Badge>
                {found.file !== null && (
                  <Link
                    to="/runs/$runId"
                    params={{ runId }}
                    search={{ tab: 'diff', attempt, file: found.file }}
                    className="font-mono text-xs text-accent hover:underline"
                  >
                    {found.file}
                    {found.line === null ? '' : `:${found.line}`}
                  </Link>
                )}
                <span className="text-xs text-muted">{found.category}</span>
              </p>
              <p className="mt-0.5 whitespace-pre-wrap">{found.message}</p>
              {found.hint !== null && <p className="text-xs text-muted">{found.hint}</p>}
            </li>
          ))}
        </ul>
      )}
      {check.output !== '' && (
        <details className="mt-2" open={check.judgement === 'new-failure' && check.diagnostics.length === 0}>
          <summary className="cursor-pointer text-xs text-muted">Output</summary>
          <pre
            tabIndex={0}
            className="mt-1 max-h-96 overflow-auto rounded bg-raised p-3 font-mono text-xs whitespace-pre-wrap"
          >
            <AnsiText text={check.output} />
          </pre>
        </details>
      )}
    </Panel>
  );
}
