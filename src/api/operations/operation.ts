import { z } from 'zod';
import type { Role } from '../../domain/role.ts';
import { apiErrorSchema } from '../contract.ts';

/** Who may ask: anybody, or who has this role or a higher one. */
export type Access = 'public' | Role;

/** Groups of the reference. */
export type Tag = 'runs' | 'decisions' | 'work' | 'lessons' | 'system' | 'access' | 'symphony';

export interface Answer<T> {
  readonly description: string;
  readonly schema: z.ZodType<T>;
  /** Default: application/json. */
  readonly type?: string;
}

/**
 * One request of the public API. The route reads its input with these schemas, the OpenAPI document is made from the same ones, and
 * TypeScript holds the handler to the answer.
 */
export interface Operation<Params = unknown, Query = unknown, Body = unknown, Result = unknown> {
  /** `operationId` of the document. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `:name` for parameters. */
  readonly path: string;
  readonly tag: Tag;
  readonly access: Access;
  /** A way in: asking counts against the attempts of an address. */
  readonly isAttempt?: true;
  /** Fields of the body and of the answer that the audit log keeps, besides the state of what it is about. Never a secret. */
  readonly recorded?: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly params: z.ZodType<Params>;
  readonly query: z.ZodType<Query>;
  /** null: takes none. */
  readonly body: z.ZodType<Body> | null;
  readonly headers?: z.ZodObject;
  /** By status. */
  readonly answers: Readonly<Record<number, Answer<Result>>>;
  /** Statuses of refusals that this operation has besides those every one has, and what they mean. */
  readonly refusals?: Readonly<Record<number, string>>;
}

type Parts<Params, Query, Body, Result> = Omit<
  Operation<Params, Query, Body, Result>,
  'params' | 'query' | 'body'
> &
  Partial<Pick<Operation<Params, Query, Body, Result>, 'params' | 'query' | 'body'>>;

const nothing = z.object({});

/** Fills in what most operations do not have. */
export function defineOperation<Result, Params = unknown, Query = unknown, Body = undefined>(
  parts: Parts<Params, Query, Body, Result>,
): Operation<Params, Query, Body, Result> {
  return {
    params: nothing as unknown as z.ZodType<Params>,
    query: nothing as unknown as z.ZodType<Query>,
    body: null,
    ...parts,
  };
}

export const runIdParams = z.object({
  id: z.string().min(1).max(64).describe('The id of a run, or a unique start of one.'),
});

export const refusalSchema = apiErrorSchema;

/** Refusals of everything that is asked about one run. */
export const noRun = { 404: 'There is no such run.', 409: 'The start of an id fits several runs.' };
