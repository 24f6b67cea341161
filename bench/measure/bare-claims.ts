import type pg from 'pg';

/**
 * The least a durable queue can do: insert a row, claim the oldest with SKIP LOCKED, complete it, a commit each, over one connection. What the
 * engine's figures are compared with.
 */
export async function bareClaims(pool: pg.Pool, count: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(
      'create table if not exists bench_claims (id bigserial primary key, state int not null)',
    );
    for (let claim = 0; claim < count; claim += 1) {
      await client.query('insert into bench_claims (state) values (0)');
      const { rows } = await client.query<{ id: string }>(`
        update bench_claims set state = 1
        where id = (select id from bench_claims where state = 0 order by id limit 1 for update skip locked)
        returning id`);
      await client.query('update bench_claims set state = 2 where id = $1', [rows[0]?.id]);
    }
  } finally {
    client.release();
  }
}
