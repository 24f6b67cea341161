import type { ReactNode } from 'react';
import type { PlanRevisionView } from '../../api/types.ts';
import { Badge, Code, Panel, Time } from '../../components/basics.tsx';
import { duration } from '../../lib/format.ts';

const MINUTE_MS = 60_000;

/** One revision; beside another one, what only this one has is marked. */
export function PlanRevision({
  revision,
  other,
}: {
  revision: PlanRevisionView;
  other: PlanRevisionView | null;
}) {
  const { plan, hash, because, outcome } = revision;
  const isNew = (text: string) => other !== null && !textsOf(other).has(text);
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2">
          Revision {revision.revision} <Code>{hash}</Code>
          {outcome !== null && (
            <Badge tone={outcome.kind === 'approved' ? 'good' : 'quiet'}>{outcomeWords[outcome.kind]}</Badge>
          )}
        </span>
      }
      aside={<Time at={revision.proposedAt} />}
    >
      {because !== null && <Said title="Made because" outcome={because} />}
      <Marked isNew={isNew(plan.summary)}>
        <p className="max-w-prose text-[13px] whitespace-pre-wrap">{plan.summary}</p>
      </Marked>
      <ol className="mt-3 space-y-3">
        {plan.subtasks.map((subtask) => (
          <li key={subtask.id}>
            <Marked isNew={isNew(subtask.title) || isNew(subtask.description)}>
              <p className="text-[13px] font-medium">
                <span className="mr-1.5 font-mono text-xs text-muted">{subtask.id}</span>
                {subtask.title}
                {subtask.dependsOn.length > 0 && (
                  <span className="ml-2 text-xs font-normal text-muted">
                    after {subtask.dependsOn.join(', ')}
                  </span>
                )}
              </p>
              <p className="max-w-prose text-[13px] whitespace-pre-wrap text-muted">{subtask.description}</p>
              <ul className="mt-1 list-disc pl-5 text-xs text-muted">
                {subtask.acceptanceCriteria.map((criterion, index) => (
                  <li key={`${index} ${criterion}`}>{criterion}</li>
                ))}
              </ul>
            </Marked>
          </li>
        ))}
      </ol>
      <Texts title="Files in scope" texts={plan.filesInScope} isNew={isNew} mono />
      <Texts title="Risks" texts={plan.risks} isNew={isNew} />
      <Texts title="Open questions" texts={plan.openQuestions} isNew={isNew} />
      <p className="mt-3 text-xs text-muted">
        About {duration(plan.estimateMinutes * MINUTE_MS)} by its own estimate.
      </p>
      {outcome !== null && outcome.kind !== 'approved' && <Said title="Then" outcome={outcome} />}
    </Panel>
  );
}

type Outcome = NonNullable<PlanRevisionView['outcome']>;

const outcomeWords: Record<Outcome['kind'], string> = {
  approved: 'Approved',
  'sent-back': 'Sent back',
  answered: 'Answered',
};

function Said({ title, outcome }: { title: string; outcome: Outcome }) {
  return (
    <div className="my-2 border-l-2 border-line pl-3 text-[13px]">
      <p className="text-xs text-muted">
        {title}: {outcomeWords[outcome.kind].toLowerCase()} by {outcome.by} <Time at={outcome.at} />
      </p>
      {outcome.kind === 'sent-back' && <p className="whitespace-pre-wrap">{outcome.feedback}</p>}
      {outcome.kind === 'answered' &&
        outcome.answers.map(({ question, answer }) => (
          <p key={question}>
            <span className="text-muted">{question}</span> {answer}
          </p>
        ))}
    </div>
  );
}

function Texts({
  title,
  texts,
  isNew,
  mono = false,
}: {
  title: string;
  texts: readonly string[];
  isNew: (text: string) => boolean;
  mono?: boolean;
}) {
  if (texts.length === 0) return null;
  return (
    <section className="mt-3">
      <h3 className="text-xs font-semibold">{title}</h3>
      <ul className={`mt-1 space-y-0.5 text-[13px] ${mono ? 'font-mono text-xs' : ''}`}>
        {texts.map((text, index) => (
          <li key={`${index} ${text}`}>
            <Marked isNew={isNew(text)}>{text}</Marked>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Marked({ isNew, children }: { isNew: boolean; children: ReactNode }) {
  if (!isNew) return <div>{children}</div>;
  return (
    <div className="-ml-2 border-l-2 border-accent pl-1.5">
      <span className="sr-only">Only in this revision: </span>
      {children}
    </div>
  );
}

function textsOf({ plan }: PlanRevisionView): Set<string> {
  return new Set([
    plan.summary,
    ...plan.subtasks.flatMap(({ title, description }) => [title, description]),
    ...plan.filesInScope,
    ...plan.risks,
    ...plan.openQuestions,
  ]);
}
