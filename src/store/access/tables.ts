import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { ActorKind, AuditOutcome, OriginVia } from '../../domain/actor.ts';
import type { Role } from '../../domain/role.ts';

type Optional<T> = ColumnType<T | null, T | null | undefined, T | null>;
type Json = ColumnType<Record<string, unknown> | null, string | null | undefined, never>;

/** The tables of migration 0011. */
export interface AccessTables {
  api_tokens: ApiTokensTable;
  sign_in_links: SignInLinksTable;
  sessions: SessionsTable;
  audit_log: AuditLogTable;
}

interface ApiTokensTable {
  id: string;
  tenant: Generated<string>;
  name: string;
  hash: string;
  role: Role;
  created_at: Generated<Date>;
  created_by: string;
  expires_at: Date;
  last_used_at: Optional<Date>;
  revoked_at: Optional<Date>;
}

interface SignInLinksTable {
  hash: string;
  tenant: Generated<string>;
  name: string;
  role: Role;
  created_at: Generated<Date>;
  expires_at: Date;
  used_at: Optional<Date>;
}

interface SessionsTable {
  id: string;
  tenant: Generated<string>;
  hash: string;
  subject: string;
  name: string;
  role: Role;
  csrf_secret: string;
  created_at: Generated<Date>;
  last_seen_at: Generated<Date>;
  expires_at: Date;
  ended_at: Optional<Date>;
  origin_address: string;
}

interface AuditLogTable {
  id: GeneratedAlways<number>;
  tenant: Generated<string>;
  at: Generated<Date>;
  actor_kind: ActorKind;
  actor_id: string | null;
  actor_name: string;
  role: Role | null;
  action: string;
  method: string;
  target: string | null;
  outcome: AuditOutcome;
  error: string | null;
  address: string;
  user_agent: string | null;
  via: OriginVia;
  before: Json;
  after: Json;
  only_read: boolean;
  request_id: string;
}
