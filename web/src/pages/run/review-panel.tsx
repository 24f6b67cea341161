import type { RunDetails } from '../../api/types.ts';
import { Badge } from '../../components/basics.tsx';

const MOST_SHOWN = 10;

/** The newest review of each stage, with what it found. */
export function ReviewPanel({ details: { reviews } }: { details: RunDetails }) {
  if (reviews.length === 0) return null;
  return (
    <section
      aria-label="Reviews"
      className="mb-4 rounded-lg border border-line bg-panel px-4 py-1.5 text-[13px]"
    >
      {reviews.map((review) => (
        <div key={review.stage} className="py-1">
          <p className="flex flex-wrap items-center gap-x-3">
            <span className="font-medium">{review.stage} review</span>
            <Badge tone={review.status === 'unavailable' || review.blocking > 0 ? 'warn' : 'quiet'}>
              {outcomeOf(review)}
            </Badge>
            <span className="text-muted">
              attempt {review.attempt}, round {review.round}, {review.model}
            </span>
          </p>
          <p className="text-muted">{review.error?.what ?? review.summary}</p>
          <ul className="mt-1 space-y-1">
            {review.findings.slice(0, MOST_SHOWN).map((finding) => (
              <Finding key={`${finding.file} ${finding.line} ${finding.title}`} finding={finding} />
            ))}
          </ul>
          {review.findings.length > MOST_SHOWN && (
            <p className="text-xs text-muted">and {review.findings.length - MOST_SHOWN} more</p>
          )}
        </div>
      ))}
    </section>
  );
}

/** Its title; what goes wrong and what would mend it when opened. */
function Finding({ finding }: { finding: RunDetails['reviews'][number]['findings'][number] }) {
  const { severity, file, line, title, detail, suggestion } = finding;
  return (
    <li className="min-w-0">
      <details>
        <summary className="cursor-pointer break-words">
          {severity}: {title}{' '}
          {file !== null && (
            <span className="font-mono text-xs break-all text-muted">
              {file}
              {line !== null && `:${line}`}
            </span>
          )}
        </summary>
        <p className="mt-0.5 max-w-prose pl-4 break-words whitespace-pre-wrap text-muted">{detail}</p>
        {suggestion !== '' && (
          <p className="max-w-prose pl-4 break-words whitespace-pre-wrap text-muted">
            Suggested: {suggestion}
          </p>
        )}
      </details>
    </li>
  );
}

function outcomeOf({ status, blocking }: RunDetails['reviews'][number]): string {
  if (status === 'unavailable') return 'could not be had';
  return blocking > 0 ? 'sent back' : 'agreed';
}
