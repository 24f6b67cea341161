import type { FastifyRequest } from 'fastify';
import { findApiToken } from '../../store/access/api-tokens.ts';
import type { AuditState } from '../../store/access/audit-log.ts';
import { runBrief } from '../../store/access/run-brief.ts';
import type { Db } from '../../store/schema.ts';
import type { Operation } from '../operations/operation.ts';

export type Audited = Pick<Operation, 'id' | 'path' | 'isAttempt' | 'recorded'>;

/** What an operation is done to, and how that stood before. */
export interface Subject {
  readonly target: string | null;
  readonly before: AuditState | null;
}

/** What the path names, as it stands now. */
export async function subjectBefore(db: Db, { path }: Audited, request: FastifyRequest): Promise<Subject> {
  const name = pathId(request);
  if (name === null) return { target: null, before: null };
  if (path.includes('/runs/:id')) {
    const run = await runBrief(db, name);
    return { target: `run:${run?.id ?? name}`, before: run && { state: run.state } };
  }
  if (path.includes('/tokens/:id')) return { target: `token:${name}`, before: await tokenState(db, name) };
  if (path.includes('/sessions/:id')) return { target: `session:${name}`, before: null };
  if (path.includes('/lessons/:id')) return { target: `lesson:${name}`, before: null };
  return { target: name, before: null };
}

/** What the request and the answer say of it. */
export function subjectAfter(
  subject: Subject,
  { operation, request, result }: { operation: Audited; request: FastifyRequest; result: unknown },
): { target: string | null; said: AuditState } {
  const { recorded = [] } = operation;
  const said = { ...picked(request.body, recorded), ...picked(result, recorded) };
  const made = targetOf(result);
  const target = subject.target ?? made;
  return { target, said: { ...said, ...(made !== null && made !== target ? { made } : {}) } };
}

/** How it stands now. */
export async function stateOf(db: Db, target: string | null): Promise<AuditState | null> {
  const [kind, id = ''] = target?.split(':') ?? [];
  const run = kind === 'run' ? await runBrief(db, id) : null;
  return run ? { state: run.state } : kind === 'token' ? tokenState(db, id) : null;
}

async function tokenState(db: Db, id: string): Promise<AuditState | null> {
  const token = await findApiToken(db, id);
  if (!token) return null;
  const { name, role, expiresAt, revokedAt } = token;
  return { name, role, expiresAt: expiresAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null };
}

function targetOf(result: unknown): string | null {
  for (const kind of ['run', 'token']) {
    const id = picked(picked(result, [kind])[kind], ['id'])['id'];
    if (typeof id === 'string') return `${kind}:${id}`;
  }
  return null;
}

function picked(from: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof from !== 'object' || from === null) return {};
  return Object.fromEntries(
    Object.entries(from).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

/** What the path names, whether there is such a thing or not. */
export function namedTarget(request: FastifyRequest): string | null {
  const id = pathId(request);
  if (id === null) return null;
  const { url = '' } = request.routeOptions;
  if (url.includes('/runs/:id')) return `run:${id}`;
  if (url.includes('/sessions/:id')) return `session:${id}`;
  if (url.includes('/lessons/:id')) return `lesson:${id}`;
  return url.includes('/tokens/:id') ? `token:${id}` : id;
}

function pathId({ params }: FastifyRequest): string | null {
  const { id } = params as { id?: unknown };
  return typeof id === 'string' ? id : null;
}
