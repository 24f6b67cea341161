import { Hand, Info, TriangleAlert } from 'lucide-react';
import { useWhy } from '../../api/queries.ts';
import type { RunDetails, WhyResponse } from '../../api/types.ts';
import { Failed } from '../../components/loaded.tsx';
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
      <Explanation why={why.data} />
    </details>
  );
}

function Explanation({ why }: { why: WhyResponse }) {
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
                  {line}
                </li>
              ))}
            </ul>
          </section>
        ))}
      <p className="col-span-full font-mono text-2xs text-muted">{why.class}</p>
    </div>
  );
}
