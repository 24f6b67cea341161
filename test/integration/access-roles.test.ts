import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accessRoutes,
  listTokensResponseSchema,
  meResponseSchema,
  runResponseSchema,
} from '../../src/api/contract.ts';
import type { Operation } from '../../src/api/operations/operation.ts';
import { operations } from '../../src/api/operations/operations.ts';
import { issueWorkerToken } from '../../src/api/worker-token.ts';
import { checkTokens } from '../../src/app/doctor/check-tokens.ts';
import { mayAct, type Role, roles } from '../../src/domain/role.ts';
import { signToken } from '../../src/lib/signed-token.ts';
import { type AccessServer, signingKey, startAccessServer } from './access-server.ts';
import { testSpec } from './store-testing.ts';

let server: AccessServer;
let remoteAddress = 0;

beforeAll(async () => {
  server = await startAccessServer();
});
afterAll(async () => {
  await server.close();
});

const guarded = operations.filter(({ access }) => access !== 'public');
const urlOf = ({ path }: Operation) => path.replace(/:\w+/g, 'abc');

/** Each from an address of its own, so that the limit for failures is not what refuses. */
function send(operation: Operation, token?: string) {
  remoteAddress += 1;
  return server.ask(urlOf(operation), {
    method: operation.method,
    ...(token === undefined ? {} : { token }),
    ...(operation.method === 'POST' ? { payload: {} } : {}),
    remoteAddress: `10.0.${remoteAddress >> 8}.${remoteAddress & 255}`,
  });
}

describe('O8: every operation that is not public', () => {
  it.each(guarded)(
    '$id is refused without a token, with a made-up one, and with tokens of runs',
    async (operation) => {
      const claims = { runId: 'another', workerId: 'w', epoch: 1 };
      const tokens = [
        undefined,
        'ryd_made-up',
        `ryd_${'a'.repeat(43)}`,
        issueWorkerToken(claims, signingKey),
        signToken('ryg', { ...claims, models: [] }, signingKey),
      ];
      for (const token of tokens) {
        const answer = await send(operation, token);
        expect(answer.statusCode, `${operation.id} with ${token}`).toBe(401);
        expect(answer.json()).toMatchObject({ error: { code: 'api.unauthorized' } });
      }
    },
  );

  it('is refused to a role that is too low, with both roles named, and let through to one that is enough', async () => {
    const secrets = new Map<Role, string>();
    for (const role of roles) secrets.set(role, (await server.makeToken(role)).secret);
    for (const operation of guarded) {
      for (const [role, secret] of secrets) {
        const answer = await send(operation, secret);
        if (mayAct(role, operation.access as Role)) {
          expect([401, 403], `${operation.id} as ${role}`).not.toContain(answer.statusCode);
        } else {
          expect(answer.statusCode, `${operation.id} as ${role}`).toBe(403);
          expect(answer.json()).toMatchObject({
            error: {
              code: 'api.forbidden',
              fields: { operation: operation.id, role, needed: operation.access },
            },
          });
        }
      }
    }
  });
});

describe('O8: API tokens', () => {
  it('say who they are, and are shown only once', async () => {
    const { id, secret } = await server.makeToken('operator');
    const me = meResponseSchema.parse((await server.ask(accessRoutes.me, { token: secret })).json());
    expect(me).toMatchObject({ kind: 'token', name: 'operator of a test', role: 'operator', via: 'api' });
    const listed = await server.asOwner(accessRoutes.tokens);
    expect(listed.body).not.toContain(secret);
    const { tokens } = listTokensResponseSchema.parse(listed.json());
    expect(tokens.find((token) => token.id === id)).toMatchObject({ state: 'active', isOld: false });
    expect(tokens.find((token) => token.id === id)?.lastUsedAt).not.toBeNull();
    const { rows } = await server.database.store.pool.query('select * from api_tokens where id = $1', [id]);
    expect(JSON.stringify(rows)).not.toContain(secret.slice(4));
  });

  it('open nothing any more once they are revoked: at once here, within seconds on another node', async () => {
    const { id, secret } = await server.makeToken('viewer');
    const other = await server.another();
    const there = async () =>
      (await other.inject({ url: accessRoutes.me, headers: { authorization: `Bearer ${secret}` } }))
        .statusCode;
    expect((await server.ask(accessRoutes.me, { token: secret })).statusCode).toBe(200);
    expect(await there()).toBe(200);
    const revoked = await server.asOwner(`${accessRoutes.tokens}/${id}`, { method: 'DELETE' });
    expect(revoked.json()).toMatchObject({ token: { id, state: 'revoked' } });
    expect((await server.ask(accessRoutes.me, { token: secret })).statusCode).toBe(401);
    await expect.poll(there, { timeout: 20_000, interval: 200 }).toBe(401);
    const again = await server.asOwner(`${accessRoutes.tokens}/${id}`, { method: 'DELETE' });
    expect(again.json()).toEqual(revoked.json());
    expect((await server.asOwner(`${accessRoutes.tokens}/none`, { method: 'DELETE' })).statusCode).toBe(404);
  });

  it('cut off a stream that is still open when they are revoked', async () => {
    const { id, secret } = await server.makeToken('operator');
    const api = await server.another();
    const url = await api.listen({ host: '127.0.0.1', port: 0 });
    const made = await server.ask('/api/v1/runs', {
      method: 'POST',
      payload: { spec: testSpec() },
      token: secret,
    });
    const { run } = runResponseSchema.parse(made.json());
    const stream = await fetch(`${url}/api/v1/runs/${run.id}/stream`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(stream.status).toBe(200);
    await server.asOwner(`${accessRoutes.tokens}/${id}`, { method: 'DELETE' });
    await expect(stream.text()).rejects.toThrow();
  });

  it('are listed in pages, without one being left out or told twice', async () => {
    const seen: string[] = [];
    let url: string | null = `${accessRoutes.tokens}?limit=2`;
    while (url !== null) {
      const { tokens, next }: ReturnType<typeof listTokensResponseSchema.parse> =
        listTokensResponseSchema.parse((await server.asOwner(url)).json());
      seen.push(...tokens.map(({ id }) => id));
      url = next === null ? null : `${accessRoutes.tokens}?limit=2&before=${next}`;
    }
    const all = listTokensResponseSchema.parse((await server.asOwner(accessRoutes.tokens)).json());
    expect(seen).toEqual(all.tokens.map(({ id }) => id));
    expect(seen.length).toBeGreaterThan(4);
  });

  it('D5: are no reason for doctor to say anything while they are new', async () => {
    expect(await checkTokens(server.database.store)).toEqual([]);
  });

  it('D5: are told to be old after 90 days, by doctor too, and are over when they expire', async () => {
    const { id, secret } = await server.makeToken('viewer', 120);
    const state = async () =>
      listTokensResponseSchema
        .parse((await server.asOwner(accessRoutes.tokens)).json())
        .tokens.find((token) => token.id === id);
    await server.database.shiftTime(91 * 24 * 60 * 60 * 1000);
    expect(await state()).toMatchObject({ state: 'active', ageDays: 91, isOld: true });
    const [finding] = await checkTokens(server.database.store);
    expect(finding).toMatchObject({
      check: 'tokens',
      status: 'warn',
      why: expect.stringContaining('viewer of a test'),
    });
    await server.database.shiftTime(30 * 24 * 60 * 60 * 1000);
    expect(await state()).toMatchObject({ state: 'expired', isOld: false });
    expect((await server.ask(accessRoutes.me, { token: secret })).statusCode).toBe(401);
  });
});
