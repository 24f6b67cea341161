import type { RunDetails } from '../../api/types.ts';
import { Badge } from '../../components/basics.tsx';

const MOST_SHOWN = 10;

/** The newest review of each stage, with what it found. */
export function ReviewPanel({ details: { reviews } }: { details: RunDetails }) {
  if (reviews.length === 0) return null;
  return (
    <section aria-label="Reviews" className="mb-4 rounded border border-line px-3 py-2 text-[13px]">
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
          <ul className="list-disc pl-5">
            {review.findings.slice(0, MOST_SHOWN).map((finding) => (
              <li key={`${finding.file} ${finding.line} ${finding.title}`}>
                {finding.severity}: {finding.title}{' '}
                {finding.file !== null && (
                  <span className="font-mono text-xs text-muted">
                    {finding.file}
                    {finding.line !== null && `:${finding.line}`}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function outcomeOf({ status, blocking }: RunDetails['reviews'][number]): string {
  if (status === 'unavailable') return 'could not be had';
  return blocking > 0 ? 'sent back' : 'agreed';
}
