import { Link } from '@tanstack/react-router';
import { Hand, Info, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useMe, useRefreshRun, useWhy } from '../../api/queries.ts';
import { send } from '../../api/request.ts';
import type { RunDetails, RunResponse, RunView, WhyResponse } from '../../api/types.ts';
import { Button, Code } from '../../components/basics.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Failed } from '../../components/loaded.tsx';
import { tellDone, tellFailed } from '../../components/toasts.tsx';
import { needsPerson } from '../../lib/state-words.ts';

/** Open by itself when something is asked of a person or went wrong; otherwise one line that can be opened. */
export function WhyPanel({ details: { run } }: { details: RunDetails }) {
  const why = useWhy(run.id);
  const isBad = run.state === 'failed' || run.state === 'timed_out';
  const asks = run.state === 'waiting' && needsPerson(run.waitReason);
  if (why.data === undefined)
    return why.isError ? (
      <Failed error={why.error} onAgain={() => void why.refetch()} />
    ) : (
      <div className="mb-4 h-10" />
    );
  const Icon = isBad ? TriangleAlert : asks ? Hand : Info;
  const look = isBad
    ? 'border-bad/50 bg-bad-soft'
    : asks
      ? 'border-warn/50 bg-warn-soft'
      : 'border-line bg-panel';
  const colour = isBad ? 'text-bad' : asks ? 'text-warn' : 'text-muted';
  return (
    <details id="why" open={isBad || asks} className={`group mb-4 rounded-lg border ${look}`}>
      <summary className="flex cursor-pointer list-none items-start gap-2.5 px-4 py-2.5 text-[13px]">
        <Icon size={16} className={`mt-0.5 shrink-0 ${colour}`} aria-hidden />
        <span className="min-w-0 flex-1 font-medium">{why.data.headline}</span>
        <span className="text-xs text-muted group-open:hidden">Why</span>
      </summary>
      <Explanation why={why.data} runId={run.id} />
      {asks && <Decide run={run} />}
    </details>
  );
}

/** The way to the buttons, next to what they are for. */
function Decide({ run }: { run: RunView }) {
  const me = useMe();
  const refresh = useRefreshRun(run.id);
  const commit = run.waitDetail?.commit ?? null;
  const [asking, setAsking] = useState(false);
  const attempt = run.waitDetail?.attempt;
  if (attempt !== undefined) return <Answer run={run} attempt={attempt} />;
  if (commit === null)
    return (
      <div className="px-4 pb-4">
        <Button asChild look="primary">
          <Link to="/runs/$runId" params={{ runId: run.id }} search={{ tab: 'plan' }} resetScroll={false}>
            Read the plan and decide
          </Link>
        </Button>
      </div>
    );
  if (me.data === undefined || me.data.role === 'viewer') return null;
  const verified = run.waitDetail?.verified === true;
  const { button, title, told, done } = acceptWords[verified ? 'verified' : 'unverified'];
  const accept = async () => {
    try {
      await send<RunResponse>('POST', `/api/v1/runs/${run.id}/approve`, { unverifiedCommit: commit });
      tellDone(done);
    } catch (error) {
      tellFailed(error);
    }
    refresh();
  };
  return (
    <div className="flex flex-wrap gap-2 px-4 pb-4">
      <Button look="primary" onClick={() => setAsking(true)}>
        {button}
      </Button>
      <Button asChild>
        <Link to="/runs/$runId" params={{ runId: run.id }} search={{ tab: 'diff' }} resetScroll={false}>
          Look at the diff
        </Link>
      </Button>
      <Confirm open={asking} onOpenChange={setAsking} title={title} verb="Accept it" onConfirm={accept}>
        <p>
          Commit <Code>{commit.slice(0, 12)}</Code> is delivered{told} Look at the diff first.
        </p>
      </Confirm>
    </div>
  );
}

const acceptWords = {
  verified: {
    button: 'Accept the change…',
    title: 'Accept this change as it is?',
    told: '. Its checks passed; what was asked or found stays on the record, with your name.',
    done: 'Accepted; the run delivers it.',
  },
  unverified: {
    button: 'Accept the unverified change…',
    title: 'Accept a change that no check verified?',
    told: ' and marked as not verified.',
    done: 'Accepted; the run delivers it as not verified.',
  },
} as const;

function Explanation({ why, runId }: { why: WhyResponse; runId: string }) {
  const parts = [
    ['Evidence', why.evidence],
    ['What was tried', why.tried],
    ['What was saved', why.saved],
    ['What to do next', why.next],
  ] as const;
  return (
    <div className="grid gap-x-8 gap-y-3 px-4 pt-1 pb-4 text-[13px] md:grid-cols-2">
      {parts
        .filter(([, lines]) => lines.length > 0)
        .map(([title, lines]) => (
          <section key={title} className="min-w-0">
            <h3 className="text-xs font-semibold">{title}</h3>
            <ul className="mt-1 space-y-1">
              {lines.map((line, index) => (
                <li key={`${index} ${line}`} className="whitespace-pre-wrap">
                  <Line text={line.replaceAll('<run>', runId)} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      <p className="col-span-full font-mono text-2xs text-muted">{why.class}</p>
    </div>
  );
}

/** A command at the end of a line is not broken at its hyphens while it fits. */
function Line({ text }: { text: string }) {
  const at = text.indexOf(': runyard ');
  if (at === -1) return text;
  return (
    <>
      {text.slice(0, at + 2)}
      <code className="inline-block max-w-full font-mono text-xs break-words">{text.slice(at + 2)}</code>
    </>
  );
}

/** What only a person can mend: words for the next attempt, or none when it is mended. */
function Answer({ run, attempt }: { run: RunView; attempt: number }) {
  const me = useMe();
  const refresh = useRefreshRun(run.id);
  const [answer, setAnswer] = useState('');
  if (me.data === undefined || me.data.role === 'viewer') return null;
  const goOn = async () => {
    try {
      const said = answer.trim() === '' ? {} : { answer: answer.trim() };
      await send<RunResponse>('POST', `/api/v1/runs/${run.id}/approve`, { attempt, ...said });
      tellDone('The run goes on.');
    } catch (error) {
      tellFailed(error);
    }
    refresh();
  };
  return (
    <div className="grid gap-2 px-4 pb-4">
      <label className="grid gap-1 text-[13px]">
        What should the next attempt know? Leave it empty when you have mended it yourself.
        <textarea
          className="field w-full"
          rows={3}
          maxLength={4000}
          value={answer}
          onChange={(event) => setAnswer(event.target.value)}
        />
      </label>
      <span>
        <Button look="primary" onClick={() => void goOn()}>
          {answer.trim() === '' ? 'It is mended: verify the same commit again' : 'Go on with this answer'}
        </Button>
      </span>
    </div>
  );
}
