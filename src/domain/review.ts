import { z } from 'zod';
import { errorDataSchema } from './errors/runyard-error.ts';
import { modelRefSchema } from './model-ref.ts';

/** Stages in which a second model looks at what passed the checks (L1, L2), in order. */
export const reviewStages = ['quality', 'security'] as const;
export type ReviewStage = (typeof reviewStages)[number];

/** From the worst down. */
export const reviewSeverities = ['blocker', 'major', 'minor', 'note'] as const;
export type ReviewSeverity = (typeof reviewSeverities)[number];

export const mostReviewRounds = 5;
const MOST_FINDINGS = 30;

/** What counts as a finding that sends the work back: this severity and worse ones. */
export const blockingSeverities = ['blocker', 'major', 'minor'] as const;
export const usedUpActions = ['wait', 'deliver'] as const;

export const reviewPolicySchema = z.object({
  /** null only before the run was accepted. */
  model: modelRefSchema.nullable(),
  blockOn: z.enum(blockingSeverities),
  /** How often it may send the work back. 0: it only says what it thinks. */
  maxRounds: z.number().int().min(0).max(mostReviewRounds),
  /** When it still has such findings after that. `wait`: a person decides. `deliver`: delivered, with the findings named. */
  whenUsedUp: z.enum(usedUpActions),
  /** Whether a change that could not be reviewed waits for a person. */
  required: z.boolean(),
});
export type ReviewPolicy = z.infer<typeof reviewPolicySchema>;

export const reviewPoliciesSchema = z.partialRecord(z.enum(reviewStages), reviewPolicySchema);
export type ReviewPolicies = z.infer<typeof reviewPoliciesSchema>;

export const reviewFindingSchema = z.strictObject({
  severity: z.enum(reviewSeverities),
  /** As the difference names it; null: about the change as a whole. */
  file: z.string().max(500).nullable(),
  /** In the file as it is after the change. */
  line: z.number().int().min(1).nullable(),
  title: z.string().trim().min(1).max(200),
  /** What goes wrong, with which input. */
  detail: z.string().trim().min(1).max(2000),
  suggestion: z.string().max(2000),
});
export type ReviewFinding = z.infer<typeof reviewFindingSchema>;

/** What a reviewer answers. There is no field that approves, and none that does anything: findings are all it has. */
export const reviewAnswerSchema = z.strictObject({
  summary: z.string().trim().min(1).max(2000),
  findings: z.array(reviewFindingSchema).max(MOST_FINDINGS),
});
export type ReviewAnswer = z.infer<typeof reviewAnswerSchema>;

/** One review of one attempt's commit. */
export const reviewRecordSchema = z.object({
  stage: z.enum(reviewStages),
  /** Counts from 1 within its stage. */
  round: z.number().int().min(1),
  model: z.string(),
  commit: z.string(),
  /** `unavailable`: it could not be had; `error` says why. */
  status: z.enum(['reviewed', 'unavailable']),
  summary: z.string(),
  findings: z.array(reviewFindingSchema),
  error: errorDataSchema.nullable(),
});
export type ReviewRecord = z.infer<typeof reviewRecordSchema>;

/** What of an attempt the decision looks at. */
export interface ReviewedAttempt {
  readonly number: number;
  readonly commit: string | null;
  readonly reviews?: readonly ReviewRecord[] | undefined;
}

export interface ReviewSnapshot {
  readonly policies: ReviewPolicies | undefined;
  /** In order; the last one passed its checks. */
  readonly attempts: readonly ReviewedAttempt[];
  /** The commit a person accepted by hand, if any. */
  readonly acceptedCommit: string | null;
}

export type AfterReview =
  | {
      readonly kind: 'review';
      readonly stage: ReviewStage;
      readonly policy: ReviewPolicy;
      readonly round: number;
    }
  | { readonly kind: 'send-back'; readonly reason: string }
  | { readonly kind: 'wait'; readonly reason: string }
  /** `remarks`: what is to be said of a delivery that not every reviewer agrees to. */
  | { readonly kind: 'deliver'; readonly remarks: readonly string[] };

/**
 * What comes after the checks have passed. Every configured stage reviews the commit, then all that blocks goes back together, each stage
 * within its rounds. What a person accepted is not sent back any more.
 */
export function decideAfterReview({ policies = {}, attempts, acceptedCommit }: ReviewSnapshot): AfterReview {
  const last = attempts.at(-1);
  if (!last?.commit || last.commit === acceptedCommit) return { kind: 'deliver', remarks: [] };
  const configured = reviewStages.flatMap((stage) => {
    const policy = policies[stage];
    return policy ? [{ stage, policy, record: recordOn(last, stage) }] : [];
  });
  const missing = configured.find(({ record }) => record === null);
  if (missing) {
    const { stage, policy } = missing;
    return { kind: 'review', stage, policy, round: roundsOf(attempts, stage) + 1 };
  }
  const judged = configured.flatMap(({ stage, policy, record }) =>
    record ? [{ stage, policy, record, blocking: blockingFindings(record, policy) }] : [],
  );
  const blocking = judged.filter((one) => one.blocking.length > 0);
  const open = blocking.filter(({ stage, policy }) => sentBack(attempts, stage, policy) < policy.maxRounds);
  if (open.length > 0) return { kind: 'send-back', reason: `sent back by review: ${namesOf(open)}` };
  const reasons = [
    ...blocking
      .filter(({ policy }) => policy.whenUsedUp === 'wait')
      .map(
        (one) =>
          `The ${one.stage} review still has ${count(one.blocking.length)}: ${titlesOf(one.blocking)}.`,
      ),
    ...judged
      .filter(({ record, policy }) => record.status === 'unavailable' && policy.required)
      .map(({ stage, record }) => `The ${stage} review is required and could not be had: ${whyOf(record)}`),
  ];
  if (reasons.length > 0) return { kind: 'wait', reason: reasons.join(' ') };
  return { kind: 'deliver', remarks: [...blocking.map(remarkOn), ...judged.flatMap(unavailableRemark)] };
}

/** The stages without which nothing is delivered. */
export function requiredReviews(policies: ReviewPolicies = {}): ReviewPolicies {
  return Object.fromEntries(Object.entries(policies).filter(([, policy]) => policy.required));
}

interface Judged {
  readonly stage: ReviewStage;
  readonly record: ReviewRecord;
  readonly blocking: readonly ReviewFinding[];
}

/** The findings of a review that are as bad as its policy says, or worse. */
export function blockingFindings({ findings }: ReviewRecord, { blockOn }: ReviewPolicy): ReviewFinding[] {
  const worst = reviewSeverities.indexOf(blockOn);
  return findings.filter(({ severity }) => reviewSeverities.indexOf(severity) <= worst);
}

/** The review of exactly this attempt's commit. */
function recordOn({ commit, reviews = [] }: ReviewedAttempt, stage: ReviewStage): ReviewRecord | null {
  return reviews.find((review) => review.stage === stage && review.commit === commit) ?? null;
}

function roundsOf(attempts: readonly ReviewedAttempt[], stage: ReviewStage): number {
  return attempts.filter(({ reviews = [] }) => reviews.some((review) => review.stage === stage)).length;
}

/** How often this stage has sent the work back: its blocking reviews of attempts that others came after. */
function sentBack(attempts: readonly ReviewedAttempt[], stage: ReviewStage, policy: ReviewPolicy): number {
  return attempts
    .slice(0, -1)
    .flatMap(({ reviews = [] }) => reviews)
    .filter((review) => review.stage === stage && blockingFindings(review, policy).length > 0).length;
}

function namesOf(judged: readonly Judged[]): string {
  return judged.map(({ stage, blocking }) => `${stage} (${count(blocking.length)})`).join(', ');
}

function remarkOn({ stage, blocking }: Judged): string {
  return `Delivered although the ${stage} review has ${count(blocking.length)}: ${titlesOf(blocking)}.`;
}

function unavailableRemark({ stage, record }: Judged): string[] {
  return record.status === 'unavailable' ? [`Delivered without a ${stage} review: ${whyOf(record)}`] : [];
}

function whyOf({ error }: ReviewRecord): string {
  return error ? `${error.what} ${error.why}` : 'no reason is known.';
}

const MOST_TITLES = 5;

function titlesOf(findings: readonly ReviewFinding[]): string {
  const titles = findings.slice(0, MOST_TITLES).map(({ title }) => title);
  const more = findings.length - titles.length;
  return more > 0 ? `${titles.join('; ')} and ${more} more` : titles.join('; ');
}

function count(findings: number): string {
  return `${findings} finding${findings === 1 ? '' : 's'}`;
}

/** The newest review of each stage: what is shown, however many rounds there were. */
export function newestReviews(
  attempts: readonly ReviewedAttempt[],
): (ReviewRecord & { readonly attempt: number })[] {
  return reviewStages.flatMap((stage) => {
    const attempt = attempts.findLast(({ reviews = [] }) => reviews.some((one) => one.stage === stage));
    const record = attempt?.reviews?.findLast((one) => one.stage === stage);
    return attempt && record ? [{ ...record, attempt: attempt.number }] : [];
  });
}

export interface OpenFinding extends ReviewFinding {
  readonly stage: ReviewStage;
  /** `src/a.ts:3: `, or empty. */
  readonly place: string;
}

/** What the reviewers of an attempt want mended. */
export function openFindings(
  attempt: ReviewedAttempt | undefined,
  policies: ReviewPolicies = {},
): OpenFinding[] {
  return (attempt?.reviews ?? []).flatMap((review) => {
    const policy = policies[review.stage];
    const blocking = policy ? blockingFindings(review, policy) : [];
    return blocking.map((finding) => {
      const { file, line } = finding;
      const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}: `;
      return { ...finding, stage: review.stage, place };
    });
  });
}

/** The same for whoever works on; empty when they want nothing. */
export function findingsText(attempt: ReviewedAttempt | undefined, policies: ReviewPolicies = {}): string {
  const lines = openFindings(attempt, policies).map(
    ({ stage, severity, place, title, detail, suggestion }) => {
      const advice = suggestion.trim() === '' ? '' : `\n  Suggested: ${suggestion.trim()}`;
      return `- [${stage}, ${severity}] ${place}${title}\n  ${detail}${advice}`;
    },
  );
  return lines.join('\n');
}
