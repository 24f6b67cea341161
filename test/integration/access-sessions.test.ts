import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionCookie } from '../../src/api/access/settings.ts';
import {
  accessRoutes,
  csrfHeader,
  listSessionsResponseSchema,
  meResponseSchema,
} from '../../src/api/contract.ts';
import { type AccessServer, startAccessServer, type TestBrowser } from './access-server.ts';

let server: AccessServer;

beforeAll(async () => {
  server = await startAccessServer();
});
afterAll(async () => {
  await server.close();
  assert.deepEqual(server.unexpected, []);
});

const exchange = (code: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  server.ask(accessRoutes.signIn, { method: 'POST', payload: { code }, headers, remoteAddress });
const makeTokenBy = (browser: TestBrowser, headers: Record<string, string> = {}) =>
  browser.ask(accessRoutes.tokens, { method: 'POST', payload: { name: 'x', role: 'viewer' }, headers });

describe('O8: a one-time link', () => {
  it('opens one session, with the role and the name it was made for', async () => {
    const code = await server.makeLink('operator', 'ben');
    const answer = await exchange(code);
    expect(answer.statusCode).toBe(200);
    expect(meResponseSchema.parse(answer.json())).toMatchObject({
      kind: 'session',
      name: 'ben',
      role: 'operator',
      via: 'dashboard',
    });
    const [cookie] = answer.cookies;
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    const again = await exchange(code);
    expect(again.statusCode).toBe(401);
    expect(again.json()).toMatchObject({ error: { code: 'api.sign-in-refused' } });
    expect(again.cookies).toEqual([]);
  });

  it('opens one session when two browsers use it at the same moment', async () => {
    const code = await server.makeLink();
    const answers = await Promise.all(Array.from({ length: 8 }, () => exchange(code)));
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([
      200,
      ...Array.from({ length: 7 }, () => 401),
    ]);
  });

  it('is not taken from a page of another site', async () => {
    const code = await server.makeLink();
    const answer = await exchange(code, { origin: 'https://evil.example' });
    expect(answer.statusCode).toBe(403);
    expect((await exchange(code)).statusCode).toBe(200);
  });

  it('cannot be guessed: an address that tries too often is held back', async () => {
    const tries: number[] = [];
    for (let count = 0; count < 40; count += 1)
      tries.push((await exchange(`guess-${count}`, {}, '10.9.9.9')).statusCode);
    expect(tries[0]).toBe(401);
    expect(tries.at(-1)).toBe(429);
    const code = await server.makeLink();
    expect((await exchange(code, {}, '10.9.9.8')).statusCode).toBe(200);
  });

  it('can be used from an address whose requests without a session are held back already', async () => {
    const remoteAddress = '10.9.9.7';
    const me = () => server.ask(accessRoutes.me, { remoteAddress });
    while ((await me()).statusCode !== 429);
    expect((await exchange(await server.makeLink(), {}, remoteAddress)).statusCode).toBe(200);
  });

  it('is kept as a hash only', async () => {
    const code = await server.makeLink();
    const { rows } = await server.database.store.pool.query('select * from sign_in_links');
    expect(JSON.stringify(rows)).not.toContain(code.slice(4));
    expect(JSON.stringify(await server.audit())).not.toContain(code.slice(4));
  });

  it('is over after ten minutes', async () => {
    const code = await server.makeLink();
    await server.database.shiftTime(11 * 60 * 1000);
    expect((await exchange(code)).statusCode).toBe(401);
  });
});

describe('O8: a session', () => {
  it('may do what its role may', async () => {
    const browser = await server.signIn('viewer');
    const runs = await browser.ask('/api/v1/runs');
    expect([runs.statusCode, runs.headers['cache-control']]).toEqual([200, 'private, no-cache']);
    expect((await makeTokenBy(browser)).json()).toMatchObject({ error: { code: 'api.forbidden' } });
    expect((await makeTokenBy(await server.signIn('admin'))).statusCode).toBe(201);
  });

  it('may change nothing without its token against forgery, or with that of another session', async () => {
    const browser = await server.signIn();
    const other = await server.signIn();
    for (const token of ['', 'x', other.csrfToken]) {
      const answer = await makeTokenBy(browser, { [csrfHeader]: token });
      expect(answer.statusCode).toBe(403);
      expect(answer.json()).toMatchObject({ error: { code: 'api.forged' } });
    }
    const { cookie } = browser;
    const answer = await server.ask(accessRoutes.tokens, {
      method: 'POST',
      payload: { name: 'x', role: 'viewer' },
      headers: { cookie, host: 'runyard.test', origin: 'http://runyard.test' },
    });
    expect(answer.json()).toMatchObject({ error: { code: 'api.forged' } });
  });

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://runyard.test:8080' }],
    ['a page without an origin', { origin: 'null' }],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['another port, as the browser says', { 'sec-fetch-site': 'same-site' }],
  ])('may change nothing from %s', async (_name, headers) => {
    const browser = await server.signIn();
    const answer = await makeTokenBy(browser, headers);
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ error: { code: 'api.forged' } });
  });

  it('may change nothing when the request does not say where it comes from', async () => {
    const { cookie, csrfToken } = await server.signIn();
    const answer = await server.ask(accessRoutes.tokens, {
      method: 'POST',
      payload: { name: 'x', role: 'viewer' },
      headers: { cookie, [csrfHeader]: csrfToken },
    });
    expect(answer.json()).toMatchObject({ error: { code: 'api.forged' } });
  });

  it('is refused where programs ask, also with its token against forgery', async () => {
    const browser = await server.signIn('operator');
    const payload = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const headers = { host: 'localhost', origin: 'http://localhost' };
    const answer = await browser.ask('/mcp', { method: 'POST', payload, headers });
    expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'api.token-needed']);
  });

  it('is over when it is signed out, for everybody who has its cookie', async () => {
    const browser = await server.signIn();
    expect((await browser.ask(accessRoutes.me)).statusCode).toBe(200);
    const out = await browser.ask(accessRoutes.signOut, { method: 'POST' });
    expect(out.json()).toEqual({ ended: true });
    expect(out.cookies[0]).toMatchObject({ value: '', maxAge: 0 });
    expect((await browser.ask(accessRoutes.me)).statusCode).toBe(401);
    const token = await server.asOwner(accessRoutes.signOut, { method: 'POST' });
    expect(token.json()).toEqual({ ended: false });
  });

  it('can be seen and ended by an admin', async () => {
    const browser = await server.signIn('operator', 'dora');
    const listed = listSessionsResponseSchema.parse((await server.asOwner(accessRoutes.sessions)).json());
    const session = listed.sessions.find(({ name }) => name === 'dora');
    expect(session).toMatchObject({
      role: 'operator',
      address: expect.stringMatching(/^10\.8\./),
      isOwn: false,
    });
    const url = `${accessRoutes.sessions}/${session?.id}`;
    expect((await server.asOwner(url, { method: 'DELETE' })).json()).toEqual({ ended: true });
    expect((await browser.ask(accessRoutes.me)).statusCode).toBe(401);
    expect((await server.asOwner(url, { method: 'DELETE' })).json()).toEqual({ ended: false });
    expect((await server.audit(`target=session:${session?.id}`)).map(({ after }) => after)).toEqual([
      { ended: false },
      { ended: true },
    ]);
  });

  it('is over when nobody used it for half a day, and after a week in any case', async () => {
    const hour = 60 * 60 * 1000;
    const idle = await server.signIn();
    await server.database.shiftTime(13 * hour);
    expect((await idle.ask(accessRoutes.me)).statusCode).toBe(401);
    const busy = await server.signIn();
    const { rows } = await server.database.store.pool.query<{ hours: number }>(
      `select extract(epoch from expires_at - created_at) / 3600 as hours from sessions order by created_at desc limit 1`,
    );
    expect(Number(rows[0]?.hours)).toBeCloseTo(7 * 24, 0);
    await server.database.shiftTime(8 * 24 * hour);
    await server.database.store.pool.query('update sessions set last_seen_at = runyard_now()');
    const late = await busy.ask(accessRoutes.me, { remoteAddress: '10.8.1.1' });
    expect(late.statusCode).toBe(401);
  });
});

describe('the cookie of a session', () => {
  it('is bound to https and to the host where the public address is https', () => {
    const settings = { publicUrl: 'https://runyard.example.com', oidc: null };
    expect(sessionCookie(settings, 'node-1')).toMatchObject({
      name: '__Host-runyard_session',
      options: { secure: true, httpOnly: true, sameSite: 'strict', path: '/' },
    });
  });

  it('is another one for another server of the same machine', () => {
    const settings = { publicUrl: null, oidc: null };
    expect(sessionCookie(settings, 'node-1').name).not.toBe(sessionCookie(settings, 'node-2').name);
    expect(sessionCookie(settings, 'node-1').options.secure).toBe(false);
  });
});
