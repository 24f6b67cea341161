import type { FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import type { AuditOutcome } from '../../domain/actor.ts';
import { runyardError, toErrorData } from '../../domain/errors/runyard-error.ts';
import { type AuditState, insertAuditEntry, type NewAuditEntry } from '../../store/access/audit-log.ts';
import type { Db } from '../../store/schema.ts';
import type { Operation } from '../operations/operation.ts';
import {
  type Audited,
  namedTarget,
  type Subject,
  stateOf,
  subjectAfter,
  subjectBefore,
} from './audit-subject.ts';
import { viaOf } from './identity.ts';
import type { Gap, RefusalRecord } from './recorded-refusals.ts';

/** The one place that writes the audit log. */
export interface Audit {
  /** Does it and records it before its result is given; what it throws is recorded too. */
  around<T>(operation: Audited, request: FastifyRequest, act: () => Promise<T>): Promise<T>;
  /** Somebody was refused before anything was done. */
  refused(request: FastifyRequest, error: unknown): Promise<void>;
}

export interface AuditOptions {
  readonly db: Db;
  readonly onUnexpected: (error: unknown, during: string) => void;
  readonly howToRecord: (request: FastifyRequest) => Promise<RefusalRecord>;
}

/** What only looks is not recorded, and neither is what everybody may do; ways in are. */
export function isPrivileged({ access, isAttempt }: Pick<Operation, 'access' | 'isAttempt'>): boolean {
  return access === 'operator' || access === 'admin' || isAttempt === true;
}

export function createAudit({ db, onUnexpected, howToRecord }: AuditOptions): Audit {
  async function write(entry: NewAuditEntry): Promise<void> {
    try {
      await insertAuditEntry(db, entry);
    } catch (error) {
      onUnexpected(error, `the audit log, which lacks ${JSON.stringify(entry)}`);
      if (entry.outcome === 'done')
        throw runyardError('api.not-recorded', { operation: entry.action }, error);
    }
  }
  return {
    async around(operation, request, act) {
      const subject = await subjectBefore(db, operation, request);
      const result = await orRecorded({ subject, operation, request }, act);
      const { target, said } = subjectAfter(subject, { operation, request, result });
      const after = { ...said, ...(await stateAfter(target)) };
      await write(
        entryOf(request, {
          ...subject,
          action: operation.id,
          outcome: 'done',
          target,
          after: Object.keys(after).length === 0 ? null : after,
        }),
      );
      return result;
    },
    async refused(request, error) {
      const { operation = 'unknown' } = request.routeOptions.config;
      const target = namedTarget(request);
      await writeRefusal(request, { action: operation, outcome: 'refused', error: codeOf(error), target });
    },
  };

  async function orRecorded<T>({ subject, operation, request }: Doing, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      const happened = { ...subject, action: operation.id, error: codeOf(error) };
      // A way in that was not opened is a refusal, and there may be many of them.
      if (operation.isAttempt) await writeRefusal(request, { ...happened, outcome: 'refused' });
      else await write(entryOf(request, { ...happened, outcome: 'failed' }));
      throw error;
    }
  }

  async function writeRefusal(request: FastifyRequest, happened: Happened): Promise<void> {
    const how = await howToRecord(request);
    if (how === 'nothing') return;
    await write(entryOf(request, how === 'entry' ? happened : leftOut(how)));
  }

  /** It was done: an entry that cannot say how things stand now is still true, one that says it failed is not. */
  async function stateAfter(target: string | null): Promise<AuditState | null> {
    try {
      return await stateOf(db, target);
    } catch (error) {
      onUnexpected(error, `the audit log, whose next entry does not say how ${target} stands now`);
      return null;
    }
  }
}

function leftOut(gap: Gap): Happened {
  return { action: 'leaveOutRefusals', outcome: 'refused', target: null, after: { ...gap } };
}

interface Doing {
  readonly subject: Subject;
  readonly operation: Audited;
  readonly request: FastifyRequest;
}

interface Happened {
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly target: string | null;
  readonly error?: string;
  readonly before?: AuditState | null;
  readonly after?: AuditState | null;
}

export function entryOf(request: FastifyRequest, happened: Happened): NewAuditEntry {
  const { identity, method, headers, ip, id, routeOptions } = request;
  const { action, outcome, target, error = null, before = null, after = null } = happened;
  return {
    actor: {
      kind: identity?.kind ?? 'nobody',
      id: identity?.id ?? null,
      name: identity?.name ?? 'nobody',
      role: identity?.role ?? null,
    },
    action,
    method,
    target,
    outcome,
    error,
    origin: { address: ip, userAgent: headers['user-agent'] ?? null, via: viaOf(request) },
    before,
    after,
    onlyRead:
      (method === 'GET' || method === 'HEAD') && outcome !== 'refused' && !routeOptions.config.isAttempt,
    requestId: id,
  };
}

function codeOf(error: unknown): string {
  return error instanceof ZodError ? 'api.invalid-request' : toErrorData(error).code;
}
