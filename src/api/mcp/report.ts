import { formatDuration } from '../../lib/deadline.ts';
import type { DiffResponse, RunDetails, WhyResponse } from '../contract.ts';
import { describeDetails } from './describe-run.ts';
import type { McpRun } from './schemas.ts';

export interface ReportParts {
  readonly details: RunDetails;
  readonly why: WhyResponse;
  /** null: there is no change yet. */
  readonly diff: DiffResponse | null;
}

/** The report of a run as data. */
export function reportData({ details, why, diff }: ReportParts, now: Date) {
  return {
    ...describeDetails(details, now),
    why,
    changes: diff?.files ?? [],
    snapshots: details.snapshots,
    rollback: details.rollback,
  };
}

/** The report of a run as Markdown. What people and agents wrote stands in it as text of one line each. */
export function reportMarkdown(parts: ReportParts, now: Date): string {
  const { details, why, diff } = parts;
  const run = describeDetails(details, now);
  const { plan, attempts, delivery, error } = run;
  const cost = `$${run.cost.usd.toFixed(4)}${run.cost.status === 'known' ? '' : ' (known part)'}`;
  const sections: [string, readonly string[]][] = [
    [
      `# Run ${run.id}: ${line(run.title)}`,
      [
        line(why.headline),
        '',
        '| | |',
        '|---|---|',
        row('State', run.stage && !run.ended ? `${run.state}, stage ${run.stage}` : run.state),
        row('Repository', run.repository),
        row('Ticket', run.ticket ?? '–'),
        row('Delivered', delivered(delivery)),
        row('Duration', formatDuration(run.durationMs)),
        row('Turns', String(run.turns)),
        row('Tokens', tokensOf(run.tokens)),
        row('Cost', cost),
      ],
    ],
    ['## Waits for', run.waitsFor ? waitLines(run.waitsFor) : []],
    ['## Error', error ? [`${line(error.what)} ${line(error.why)}`, '', line(error.next)] : []],
    [
      '## Plan',
      plan
        ? [
            `${line(plan.plan.summary)} (hash \`${plan.hash}\`, revision ${plan.revision}${plan.approvedBy ? `, approved by ${line(plan.approvedBy)}` : ''})`,
            '',
            ...plan.plan.subtasks.map(({ title }) => `- ${line(title)}`),
          ]
        : [],
    ],
    [
      '## Attempts',
      attempts.map(
        (attempt) =>
          `${attempt.number}. ${attempt.outcome}: ${line([attempt.agent, attempt.model].filter(Boolean).join(', '))}, ${formatDuration(attempt.durationMs)}${attempt.error ? `: ${line(attempt.error)}` : ''}`,
      ),
    ],
    [
      '## Changes',
      (diff?.files ?? []).map(({ path, added, deleted }) =>
        added === null ? `- ${line(path)} (binary)` : `- ${line(path)} +${added} -${deleted}`,
      ),
    ],
    ['## Evidence', why.evidence.map(item)],
    ['## Tried', why.tried.map(item)],
    ['## Saved', why.saved.map(item)],
    ['## Next', why.next.map(item)],
  ];
  const written = sections.filter(([, lines]) => lines.length > 0);
  return `${written.map(([title, lines]) => `${title}\n\n${lines.join('\n')}`).join('\n\n')}\n`;
}

function waitLines({ detail, planHash, questions, asks, until }: NonNullable<McpRun['waitsFor']>): string[] {
  const what = planHash === null ? '' : ` (plan \`${planHash}\`)`;
  return [
    `${line(detail)}${what}, until ${until ?? 'somebody decides'}`,
    '',
    ...[...questions, ...asks].map(item),
  ];
}

function tokensOf({ input, output, cacheRead, cacheWrite, total }: McpRun['tokens']): string {
  return `${total}: ${input} in, ${output} out, ${cacheRead} read from and ${cacheWrite} written to the cache`;
}

function delivered(delivery: ReturnType<typeof describeDetails>['delivery']): string {
  if (!delivery) return 'nothing';
  return `${delivery.commit} on ${delivery.branch}, ${delivery.verified ? 'verified' : 'UNVERIFIED'}`;
}

function row(name: string, value: string): string {
  return `| ${name} | ${line(value).replaceAll('|', '\\|')} |`;
}

function item(text: string): string {
  return `- ${line(text)}`;
}

/** Control characters and line breaks could draw what is not there. */
function line(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
