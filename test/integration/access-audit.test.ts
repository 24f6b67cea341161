import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAudit } from '../../src/api/access/audit.ts';
import { accessRoutes, listAuditResponseSchema, runResponseSchema } from '../../src/api/contract.ts';
import type { Db } from '../../src/store/schema.ts';
import { type AccessServer, startAccessServer } from './access-server.ts';
import { testSpec } from './store-testing.ts';

let server: AccessServer;

beforeAll(async () => {
  server = await startAccessServer();
});
afterAll(async () => {
  await server.close();
});

async function createRun(token?: string): Promise<string> {
  const answer = await server.asOwner('/api/v1/runs', {
    method: 'POST',
    payload: { spec: testSpec() },
    ...(token === undefined ? {} : { token }),
  });
  return runResponseSchema.parse(answer.json()).run.id;
}

describe('O8: the audit log', () => {
  it('says who did what to what, when, from where, and how that stood before and after', async () => {
    const { id: token, secret } = await server.makeToken('operator');
    const run = await createRun(secret);
    const cancelled = await server.ask(`/api/v1/runs/${run}/cancel`, {
      method: 'POST',
      payload: { reason: 'not needed' },
      token: secret,
      headers: { 'user-agent': 'runyard-cli/1.0' },
      remoteAddress: '10.1.2.3',
    });
    expect(cancelled.statusCode).toBe(200);
    const [cancel, create] = await server.audit(`target=run:${run}`);
    expect(create).toMatchObject({
      action: 'createRun',
      outcome: 'done',
      before: null,
      after: { state: 'queued' },
    });
    expect(cancel).toMatchObject({
      actor: { kind: 'token', id: token, name: 'operator of a test', role: 'operator' },
      action: 'cancelRun',
      method: 'POST',
      outcome: 'done',
      error: null,
      origin: { address: '10.1.2.3', userAgent: 'runyard-cli/1.0', via: 'cli' },
      before: { state: 'queued' },
      after: { state: 'cancelled', reason: 'not needed' },
      requestId: cancelled.headers['x-request-id'],
    });
    expect(runResponseSchema.parse(cancelled.json()).run.state).toBe('cancelled');
  });

  it('says which run was made of another one', async () => {
    const run = await createRun();
    await server.asOwner(`/api/v1/runs/${run}/cancel`, { method: 'POST', payload: { reason: 'x' } });
    const again = await server.asOwner(`/api/v1/runs/${run}/retry`, { method: 'POST', payload: {} });
    const { id } = runResponseSchema.parse(again.json()).run;
    const [entry] = await server.audit(`target=run:${run}`);
    expect(entry).toMatchObject({ action: 'retryRun', after: { made: `run:${id}`, state: 'cancelled' } });
  });

  it('takes the actor as who decided, where nobody is named', async () => {
    const { secret } = await server.makeToken('operator');
    const run = await createRun(secret);
    const { rows } = await server.database.store.pool.query<{ accepted_by: string }>(
      'select accepted_by from runs where id = $1',
      [run],
    );
    expect(rows).toEqual([{ accepted_by: 'operator of a test' }]);
  });

  it('has what failed and what was refused, with the reason', async () => {
    const run = await createRun();
    const { secret } = await server.makeToken('viewer');
    const cancel = { method: 'POST', payload: { reason: 'x' } } as const;
    await server.ask(`/api/v1/runs/${run}/cancel`, { ...cancel, token: secret });
    await server.ask(`/api/v1/runs/${run}/cancel`, cancel);
    await server.asOwner(`/api/v1/runs/${run}/cancel`, cancel);
    await server.asOwner(`/api/v1/runs/${run}/cancel`, cancel);
    await server.asOwner(`/api/v1/runs/${run}/cancel`, { method: 'POST', payload: {} });
    const found = await server.audit(`target=run:${run}&action=cancelRun`);
    expect(found.map(({ actor, outcome, error }) => [actor.kind, outcome, error])).toEqual([
      ['owner', 'failed', 'api.invalid-request'],
      ['owner', 'failed', 'run.ended'],
      ['owner', 'done', null],
      ['nobody', 'refused', 'api.unauthorized'],
      ['token', 'refused', 'api.forbidden'],
    ]);
  });

  it('has who signed in and how tokens came and went, without any secret', async () => {
    const browser = await server.signIn('admin', 'carla');
    const made = await browser.ask(accessRoutes.tokens, {
      method: 'POST',
      payload: { name: 'ci', role: 'operator' },
    });
    const { token, secret } = made.json<{ token: { id: string }; secret: string }>();
    await browser.ask(`${accessRoutes.tokens}/${token.id}`, { method: 'DELETE' });
    const [revoked, created, signedIn] = await server.audit('actor=carla');
    expect(signedIn).toMatchObject({
      action: 'signIn',
      actor: { kind: 'session' },
      after: { role: 'admin' },
    });
    expect(created).toMatchObject({
      target: `token:${token.id}`,
      after: { name: 'ci', role: 'operator', revokedAt: null },
      origin: { via: 'dashboard' },
    });
    expect(revoked?.before).toMatchObject({ revokedAt: null });
    expect(revoked?.after?.['revokedAt']).not.toBeNull();
    const { rows } = await server.database.store.pool.query('select * from audit_log');
    expect(JSON.stringify(rows)).not.toContain(secret.slice(4));
    expect(JSON.stringify(rows)).not.toContain(browser.cookie.split('=')[1]?.slice(4));
  });

  it('is append-only: the database refuses to change or remove a row', async () => {
    const { pool } = server.database.store;
    for (const sql of [
      "update audit_log set actor_name = 'x'",
      'delete from audit_log',
      'truncate audit_log',
    ])
      await expect(pool.query(sql)).rejects.toMatchObject({ code: 'RY004' });
  });

  it('also has what only read it, which is not listed unless asked for', async () => {
    await server.audit();
    expect((await server.audit('action=listAudit')).length).toBe(0);
    expect((await server.audit('action=listAudit&reads=true')).length).toBeGreaterThan(0);
  });

  it('is listed in pages and by time, without an entry left out or told twice', async () => {
    const all = await server.audit();
    const seen: number[] = [];
    for (let before = ''; ; ) {
      const answer = await server.asOwner(`${accessRoutes.audit}?limit=3${before}`);
      const { entries, next } = listAuditResponseSchema.parse(answer.json());
      seen.push(...entries.map(({ id }) => id));
      if (next === null) break;
      before = `&before=${next}`;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
    const middle = all[Math.floor(all.length / 2)];
    expect(await server.audit(`since=${middle?.at}`)).toEqual(
      all.filter(({ at }) => at >= String(middle?.at)),
    );
    expect(await server.audit(`until=${middle?.at}`)).toEqual(
      all.filter(({ at }) => at < String(middle?.at)),
    );
  });

  it('cannot be filled by somebody without a token: refusals of one address are written down a few times a minute', async () => {
    const count = async () =>
      (await server.audit('action=createToken')).filter(({ outcome }) => outcome === 'refused').length;
    const before = await count();
    for (let tries = 0; tries < 25; tries += 1)
      await server.ask(accessRoutes.tokens, { method: 'POST', payload: {}, remoteAddress: '10.7.7.7' });
    expect((await count()) - before).toBe(10);
  });

  it('says done of what was done, also when nobody can see how it stands afterwards', async () => {
    const { id } = await server.makeToken('viewer');
    const { db } = server.database.store;
    const failed: unknown[] = [];
    let away = false;
    const audit = createAudit({
      db: readingFails(db, () => away),
      onUnexpected: (error) => failed.push(error),
      howToRecord: async () => 'entry',
    });
    const operation = { id: 'revokeToken', path: accessRoutes.token };
    const request = { params: { id }, headers: {}, ip: '::1', id: 'r', method: 'DELETE', identity: null };
    const asked = { ...request, routeOptions: { url: accessRoutes.token, config: {} } };
    const result = await audit.around(operation, asked as unknown as FastifyRequest, async () => {
      away = true;
      return { reason: 'x' };
    });
    expect(result).toEqual({ reason: 'x' });
    expect(failed.length).toBe(1);
    const [entry] = await server.audit(`target=token:${id}`);
    expect(entry).toMatchObject({ action: 'revokeToken', outcome: 'done', error: null, after: null });
  });

  it('fails the request when what was done cannot be written down', async () => {
    const { pool } = server.database.store;
    await pool.query('alter table audit_log rename to audit_log_away');
    const answer = await server.asOwner(accessRoutes.tokens, {
      method: 'POST',
      payload: { name: 'y', role: 'viewer' },
    });
    await pool.query('alter table audit_log_away rename to audit_log');
    // It was done: nothing may invite a client to send it again.
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([500, undefined]);
    expect(answer.json()).toMatchObject({ error: { code: 'api.not-recorded', kind: 'needs-human' } });
    expect(server.unexpected.length).toBe(1);
  });
});

/** The database, except that nothing can be read while it is `away`. */
function readingFails(db: Db, away: () => boolean): Db {
  return new Proxy(db, {
    get(target, name) {
      if (name === 'selectFrom' && away()) throw new Error('timeout exceeded when trying to connect');
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
