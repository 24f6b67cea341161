import { sql } from 'kysely';
import type { ActorKind, AuditOutcome, OriginVia } from '../../domain/actor.ts';
import type { Role } from '../../domain/role.ts';
import type { Db } from '../schema.ts';
import { toJson, toText } from '../to-json.ts';

export type AuditState = Readonly<Record<string, unknown>>;

/** One privileged operation. */
export interface NewAuditEntry {
  readonly actor: {
    readonly kind: ActorKind;
    readonly id: string | null;
    readonly name: string;
    readonly role: Role | null;
  };
  readonly action: string;
  readonly method: string;
  readonly target: string | null;
  readonly outcome: AuditOutcome;
  readonly error: string | null;
  readonly origin: {
    readonly address: string;
    readonly userAgent: string | null;
    readonly via: OriginVia;
  };
  readonly before: AuditState | null;
  readonly after: AuditState | null;
  /** Nothing was changed, nobody was refused. */
  readonly onlyRead: boolean;
  readonly requestId: string;
}

export interface AuditEntry extends Omit<NewAuditEntry, 'onlyRead'> {
  readonly id: number;
  readonly at: Date;
}

export interface AuditPage {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** Also what only read. */
  readonly reads: boolean;
  readonly before?: number | undefined;
  readonly limit: number;
}

const LONGEST_TEXT = 300;

export async function insertAuditEntry(db: Db, entry: NewAuditEntry): Promise<void> {
  const { actor, origin, before, after } = entry;
  await db
    .insertInto('audit_log')
    .values({
      actor_kind: actor.kind,
      actor_id: actor.id,
      actor_name: bounded(actor.name),
      role: actor.role,
      action: entry.action,
      method: entry.method,
      target: entry.target === null ? null : bounded(entry.target),
      outcome: entry.outcome,
      error: entry.error,
      address: bounded(origin.address),
      user_agent: origin.userAgent === null ? null : bounded(origin.userAgent),
      via: origin.via,
      before: before === null ? null : toJson(before),
      after: after === null ? null : toJson(after),
      only_read: entry.onlyRead,
      request_id: entry.requestId,
    })
    .execute();
}

/** Newest first. */
export async function listAuditEntries(db: Db, page: AuditPage): Promise<AuditEntry[]> {
  let query = db.selectFrom('audit_log').selectAll().orderBy('id', 'desc').limit(page.limit);
  if (page.actor !== undefined) query = query.where('actor_name', '=', toText(page.actor));
  if (page.action !== undefined) query = query.where('action', '=', toText(page.action));
  if (page.target !== undefined) query = query.where('target', '=', toText(page.target));
  if (page.since !== undefined) query = query.where('at', '>=', page.since);
  if (page.until !== undefined) query = query.where('at', '<', page.until);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  // As the index of migration 0011 says it.
  if (!page.reads) query = query.where(sql<boolean>`not only_read`);
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name, role: row.role },
    action: row.action,
    method: row.method,
    target: row.target,
    outcome: row.outcome,
    error: row.error,
    origin: { address: row.address, userAgent: row.user_agent, via: row.via },
    before: row.before,
    after: row.after,
    requestId: row.request_id,
  }));
}

/** What a stranger sends may be long. */
function bounded(text: string): string {
  return toText(text.slice(0, LONGEST_TEXT));
}
