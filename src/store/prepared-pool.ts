import { createHash } from 'node:crypto';
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';

/** Statements whose text depends on how many values they carry would otherwise fill the server's memory, session by session. */
const MOST_STATEMENTS = 300;

/** feature_not_supported: also said of a prepared statement whose columns a migration has changed ("cached plan must not change result type"). */
export const STALE_PLAN = '0A000';

/**
 * A pool for Kysely whose statements are prepared when they come a second time: parsing and planning a statement of a wide table
 * costs the server more than running it. Not for a pooler that gives each transaction another session and does not know of prepared
 * statements.
 */
export function preparedPool(pool: pg.Pool): PostgresPool {
  const names = statementNames();
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client);
      if (known) return known;
      const prepared = preparedClient(client, names);
      clients.set(client, prepared);
      return prepared;
    },
  };
}

interface StatementNames {
  /** Undefined: not to be prepared. */
  nameOf(text: string): string | undefined;
  /** What was prepared does not fit the schema any more. */
  renameAll(): void;
}

function statementNames(): StatementNames {
  const names = new Map<string, string | null>();
  let generation = 0;
  return {
    nameOf(text) {
      const name = names.get(text);
      if (name) return name;
      if (name === null) {
        const hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
        names.set(text, `runyard-${generation}-${hash}`);
      } else if (names.size < MOST_STATEMENTS) names.set(text, null);
      return names.get(text) ?? undefined;
    },
    renameAll() {
      generation += 1;
      names.clear();
    },
  };
}

/**
 * Begins the text of a statement, in a transaction, whose answer nobody needs: like `begin` it is sent and not waited for, and the next one goes
 * right behind it, a round trip less. Should it fail, the next one fails with its error. Its answer is one row without columns.
 */
export const SENT_AHEAD = '/* sent ahead */ ';
const UNREAD = { command: 'SELECT' as const, rowCount: 1, rows: [{}] };

function preparedClient(client: pg.PoolClient, names: StatementNames): PostgresPoolClient {
  let ahead: Promise<unknown> = Promise.resolve();

  async function afterAhead(text: string, values: unknown[]): Promise<pg.QueryResult> {
    const before = ahead;
    ahead = Promise.resolve();
    const asked = ask(client, names, { text, values });
    asked.catch(() => undefined);
    // First: of a statement that failed, what follows only says that the transaction is over.
    await before;
    return asked;
  }

  function sendAhead(text: string, values: unknown[]): void {
    const sent = text === 'begin' ? client.query(text) : afterAhead(text, values);
    // Whatever is asked next fails with it.
    sent.catch(() => undefined);
    ahead = sent;
  }

  function query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query<R>(
    text: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof text !== 'string') throw new TypeError('this pool has no cursors');
    if (text !== 'begin' && !text.startsWith(SENT_AHEAD)) {
      return afterAhead(text, [...parameters]) as Promise<PostgresQueryResult<R>>;
    }
    sendAhead(text, [...parameters]);
    return Promise.resolve(UNREAD as PostgresQueryResult<R>);
  }
  return { query, release: (destroy) => client.release(destroy) };
}

/** Of statements without values only these are worth it; the rest, such as `commit`, has no plan, or comes once. */
const READS_OR_WRITES = /^\s*(?:with|select|insert|update|delete)\b/i;

async function ask(
  client: pg.PoolClient,
  names: StatementNames,
  { text, values }: { text: string; values: unknown[] },
): Promise<pg.QueryResult> {
  const name = values.length === 0 && !READS_OR_WRITES.test(text) ? undefined : names.nameOf(text);
  if (name === undefined) return client.query(text, values);
  try {
    return await client.query({ name, text, values });
  } catch (error) {
    if (!isStale(error)) throw error;
    names.renameAll();
    // Inside a transaction this fails too, and whoever runs the transaction begins again.
    const answer = await client.query(text, values).catch(() => null);
    if (answer === null) throw error;
    return answer;
  }
}

function isStale(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === STALE_PLAN;
}
