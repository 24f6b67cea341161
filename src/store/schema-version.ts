import type { Db } from './schema.ts';

/** The number of the newest applied migration. Rejects when the database does not answer. */
export async function schemaVersion(db: Db): Promise<number> {
  const { version } = await db
    .selectFrom('runyard_migrations')
    .select((eb) => eb.fn.max('version').as('version'))
    .executeTakeFirstOrThrow();
  return version;
}
