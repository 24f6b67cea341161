import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessRoutes } from '../../src/api/contract.ts';
import { createApiServer } from '../../src/api/server.ts';
import { newSecret } from '../../src/lib/secret.ts';
import type { Db } from '../../src/store/schema.ts';
import { type AccessServer, ownerToken, signingKey, startAccessServer } from './access-server.ts';
import { testApiDependencies } from './api-dependencies.ts';

let server: AccessServer;

beforeAll(async () => {
  server = await startAccessServer();
});
afterAll(async () => {
  await server.close();
});

describe('O8: who guesses or tries what they may not', () => {
  it('cannot hide behind the noise of strangers: somebody known has rows of their own', async () => {
    const viewer = await server.makeToken('viewer');
    for (let address = 0; address < 13; address += 1)
      for (let tries = 0; tries < 10; tries += 1)
        await server.ask(accessRoutes.audit, { remoteAddress: `10.9.0.${address}` });
    const asked = { token: viewer.secret, remoteAddress: '10.9.1.1' };
    await server.ask(accessRoutes.audit, asked);
    await server.ask(accessRoutes.tokens, {
      ...asked,
      method: 'POST',
      payload: { name: 'x', role: 'admin' },
    });
    const rows = await server.audit();
    const own = rows.filter(({ actor }) => actor.id === viewer.id);
    expect(own.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['createToken', 'refused'],
      ['listAudit', 'refused'],
    ]);
    const strangers = rows.filter(({ actor }) => actor.kind === 'nobody');
    expect(strangers.filter(({ action }) => action === 'listAudit').length).toBe(120);
    expect(strangers.filter(({ action }) => action === 'leaveOutRefusals')).toMatchObject([
      { outcome: 'refused', after: { of: 'strangers', recordedPerMinute: 120 } },
    ]);
  });

  it('sees it written down, once a minute, that more of their refusals are left out', async () => {
    const viewer = await server.makeToken('viewer');
    for (let tries = 0; tries < 65; tries += 1)
      await server.ask(accessRoutes.audit, { token: viewer.secret });
    const own = (await server.audit()).filter(({ actor }) => actor.id === viewer.id);
    expect(own.filter(({ action }) => action === 'listAudit').length).toBe(60);
    expect(own.filter(({ action }) => action === 'leaveOutRefusals')).toMatchObject([
      { after: { of: 'actor', recordedPerMinute: 60 } },
    ]);
  });

  it('costs the database one question for a token, and a bounded number for an address', async () => {
    const { queue } = server.database;
    let asked = 0;
    const db = counting(queue.store.db, () => (asked += 1));
    const dependencies = { queue: { ...queue, store: { ...queue.store, db } }, folder: '/nowhere' };
    const api = createApiServer(
      testApiDependencies({
        ...dependencies,
        apiToken: ownerToken,
        signingKey,
        onUnexpected: () => undefined,
      }),
    );
    const known = await server.makeToken('viewer');
    const ask = async (secret: string, remoteAddress: string) => {
      const headers = { authorization: `Bearer ${secret}` };
      return (await api.inject({ url: accessRoutes.me, headers, remoteAddress })).statusCode;
    };
    expect(await ask(known.secret, '10.9.2.1')).toBe(200);
    asked = 0;
    const old = newSecret('ryd');
    for (let tries = 0; tries < 3; tries += 1) expect(await ask(old, '10.9.2.2')).toBe(401);
    expect(asked).toBe(1);
    for (let tries = 0; tries < 100; tries += 1) await ask(newSecret('ryd'), '10.9.2.1');
    // One of the 60 was the known token's first.
    expect(asked).toBe(1 + 59);
    expect(await ask(known.secret, '10.9.2.1')).toBe(200);
    await api.close();
  });

  it('is not who comes many times at once with a token that is good and new here', async () => {
    const { secret } = await server.makeToken('viewer');
    const fresh = await server.another();
    const ask = { url: accessRoutes.me, headers: { authorization: `Bearer ${secret}` } };
    const answers = await Promise.all(Array.from({ length: 101 }, () => fresh.inject(ask)));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  });

  it('is not in without a record: a session that cannot be written down is ended', async () => {
    const { pool } = server.database.store;
    const code = await server.makeLink('admin', 'mallory');
    await pool.query("alter table audit_log add constraint broken check (action <> 'signIn') not valid");
    const answer = await server.ask(accessRoutes.signIn, { method: 'POST', payload: { code } });
    await pool.query('alter table audit_log drop constraint broken');
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ error: { code: 'api.sign-in-not-recorded' } });
    expect(answer.cookies.map(({ value }) => value)).toEqual(['']);
    const { rows } = await pool.query("select 1 from sessions where name = 'mallory' and ended_at is null");
    expect(rows).toEqual([]);
  });
});

function counting(db: Db, count: () => void): Db {
  return new Proxy(db, {
    get(target, name) {
      if (name === 'selectFrom' || name === 'updateTable' || name === 'getExecutor') count();
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
