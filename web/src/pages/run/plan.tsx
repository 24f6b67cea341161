import { useState } from 'react';
import { useMe, usePlans, useRefreshRun } from '../../api/queries.ts';
import { send } from '../../api/request.ts';
import type { PlanRevisionView, PlansResponse, RunDetails, RunResponse } from '../../api/types.ts';
import { Badge, Button, Code, Empty, Panel, Time } from '../../components/basics.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { tellDone, tellFailed } from '../../components/toasts.tsx';
import { PlanRevision } from './plan-revision.tsx';

/** The plan, every revision of it, and what a person says to it. */
export function PlanTab({ details }: { details: RunDetails }) {
  const query = usePlans(details.run.id);
  return (
    <Loaded query={query}>
      {(plans) => (
        // A new revision is looked at anew: what was chosen before must not stand beside its buttons.
        <Plans key={plans.revisions.length} plans={plans} runId={details.run.id} />
      )}
    </Loaded>
  );
}

function Plans({ plans: { revisions, waiting }, runId }: { plans: PlansResponse; runId: string }) {
  const [left, setLeft] = useState<number | null>(null);
  const [right, setRight] = useState<number | null>(null);
  const newest = revisions.at(-1);
  if (newest === undefined)
    return <Empty title="There is no plan yet.">The planner proposes it first.</Empty>;
  const shown = revisions.find(({ revision }) => revision === right) ?? newest;
  const beside = revisions.find(({ revision }) => revision === left) ?? null;
  return (
    <div className="grid gap-4">
      {waiting !== null && (
        <Decide
          key={waiting.hash}
          waiting={waiting}
          runId={runId}
          shown={shown}
          onShow={() => setRight(null)}
        />
      )}
      {revisions.length > 1 && (
        <div className="flex flex-wrap items-center gap-2 text-[13px]">
          <RevisionChoice
            label="Revision"
            revisions={revisions}
            value={shown.revision}
            onChange={(value) => setRight(Number(value))}
          />
          <RevisionChoice
            label="beside"
            revisions={revisions.filter(({ revision }) => revision !== shown.revision)}
            value={beside?.revision ?? ''}
            onChange={(value) => setLeft(value === '' ? null : Number(value))}
            none="nothing"
          />
        </div>
      )}
      <div className={`grid gap-4 ${beside === null ? '' : 'lg:grid-cols-2'}`}>
        {beside !== null && <PlanRevision revision={beside} other={shown} />}
        <PlanRevision revision={shown} other={beside} />
      </div>
    </div>
  );
}

function RevisionChoice({
  label,
  revisions,
  value,
  onChange,
  none,
}: {
  label: string;
  revisions: readonly PlanRevisionView[];
  value: number | '';
  onChange: (value: string) => void;
  none?: string;
}) {
  return (
    <label className="flex items-center gap-2">
      <span className="text-muted">{label}</span>
      <select className="field" value={value} onChange={(event) => onChange(event.target.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {revisions.map(({ revision, hash }) => (
          <option key={revision} value={revision}>
            {revision} ({hash})
          </option>
        ))}
      </select>
    </label>
  );
}

type Waiting = NonNullable<PlansResponse['waiting']>;

interface DecideProps {
  readonly waiting: Waiting;
  readonly runId: string;
  /** The revision on the screen: nothing else can be approved from here. */
  readonly shown: PlanRevisionView;
  readonly onShow: () => void;
}

/** Approving is a verb of its own: no text sent back ever approves. */
function Decide({ waiting, runId, shown, onShow }: DecideProps) {
  const me = useMe();
  const refresh = useRefreshRun(runId);
  const [feedback, setFeedback] = useState('');
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const mayDecide = me.data !== undefined && me.data.role !== 'viewer';
  const given = waiting.questions.flatMap((question) => {
    const answer = answers[question]?.trim() ?? '';
    return answer === '' ? [] : [{ question, answer }];
  });
  const act = async (verb: 'approve' | 'send-back' | 'answer', body: object, told: string) => {
    setBusy(true);
    try {
      await send<RunResponse>('POST', `/api/v1/runs/${runId}/${verb}`, { planHash: waiting.hash, ...body });
      tellDone(told);
      setFeedback('');
      setAnswers({});
    } catch (error) {
      tellFailed(error);
    } finally {
      setBusy(false);
      refresh();
    }
  };
  return (
    <Panel
      className="border-warn/50!"
      title={waiting.reason === 'input' ? 'The planner asks' : 'This plan waits for you'}
      aside={
        <span>
          until <Time at={waiting.until} />
        </span>
      }
    >
      {waiting.questions.length > 0 && (
        <div className="grid gap-3">
          {waiting.questions.map((question) => (
            <label key={question} className="block text-[13px]">
              <span className="mb-1 block whitespace-pre-wrap">{question}</span>
              <textarea
                className="field w-full"
                rows={2}
                value={answers[question] ?? ''}
                onChange={(event) => setAnswers({ ...answers, [question]: event.target.value })}
              />
            </label>
          ))}
          <div>
            <Button
              look="primary"
              disabled={busy || !mayDecide || given.length === 0 || waiting.revisionsLeft === 0}
              onClick={() => void act('answer', { answers: given }, 'Answered; the plan is being revised.')}
            >
              Send the answers
            </Button>
            <span className="ml-2 text-xs text-muted">What you leave open the planner decides.</span>
          </div>
        </div>
      )}
      <div className="mt-3 flex flex-wrap items-center gap-3">
        {shown.hash === waiting.hash ? (
          <>
            <Button
              look={waiting.questions.length > 0 ? 'plain' : 'primary'}
              disabled={busy || !mayDecide}
              onClick={() => void act('approve', {}, 'Approved; the run goes on.')}
            >
              Approve revision {shown.revision}
            </Button>
            <span className="text-xs text-muted">
              names <Code>{waiting.hash}</Code> and nothing else
            </span>
          </>
        ) : (
          <>
            <Button onClick={onShow}>Show the revision that waits</Button>
            <span className="text-xs text-muted">
              You look at revision {shown.revision}. What is approved has to be on the screen.
            </span>
          </>
        )}
      </div>
      <label className="mt-4 block text-[13px]">
        <span className="mb-1 block font-medium">Send it back</span>
        <textarea
          className="field w-full"
          rows={3}
          placeholder="What should be different about the plan?"
          value={feedback}
          onChange={(event) => setFeedback(event.target.value)}
        />
      </label>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Button
          disabled={busy || !mayDecide || feedback.trim() === '' || waiting.revisionsLeft === 0}
          onClick={() => void act('send-back', { feedback }, 'Sent back; the planner works on it.')}
        >
          Send back
        </Button>
        <Badge>{waiting.revisionsLeft} more revisions</Badge>
        {!mayDecide && <span className="text-xs text-muted">Your role may only look.</span>}
      </div>
    </Panel>
  );
}
