import { noteServerTime } from '../lib/server-time.ts';
import type { ApiError } from './types.ts';

/** The server's refusal, or what kept it from answering. */
export class RequestError extends Error {
  /** Of HTTP; 0: there was no answer. */
  readonly status: number;
  readonly problem: ApiError | null;

  constructor(status: number, problem: ApiError | null, message: string) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
    this.problem = problem;
  }

  /** What to do about it, in the server's words. */
  get next(): string | null {
    return this.problem?.error.next ?? null;
  }
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

let csrfToken: string | null = null;

/** Sent with everything that changes something; known once `/api/v1/me` was read. */
export function rememberCsrfToken(token: string | null): void {
  csrfToken = token;
}

const LIMIT_MS = 30_000;

export async function get<T>(path: string, query: Query = {}): Promise<T> {
  return ask<T>(`${path}${queryText(query)}`, { method: 'GET' });
}

export async function send<T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const once = () =>
    ask<T>(path, {
      method,
      headers: {
        ...(csrfToken === null ? {} : { 'x-runyard-csrf': csrfToken }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof RequestError) || error.problem?.error.code !== 'api.forged') throw error;
    // Somebody signed in anew in another tab: nothing was done, and this page has the mark of the session before.
    const { csrfToken: current } = await get<{ csrfToken: string | null }>('/api/v1/me');
    if (current === csrfToken) throw error;
    rememberCsrfToken(current);
    return once();
  }
}

export function queryText(query: Query): string {
  const known = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  if (known.length === 0) return '';
  return `?${new URLSearchParams(known.map(([name, value]) => [name, String(value)])).toString()}`;
}

async function ask<T>(url: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, {
      ...init,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(LIMIT_MS),
    });
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    throw new RequestError(
      0,
      null,
      timedOut ? 'The server did not answer within 30 seconds.' : 'The server cannot be reached.',
    );
  }
  noteServerTime(response.headers.get('date'));
  if (!response.ok) throw await refusalOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function refusalOf(response: Response): Promise<RequestError> {
  const problem = (await response.json().catch(() => null)) as ApiError | null;
  const known = problem?.error?.what === undefined ? null : problem;
  const words = known ? `${known.error.what} ${known.error.why}` : `The server answered ${response.status}.`;
  return new RequestError(response.status, known, words);
}
