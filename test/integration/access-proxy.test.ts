import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessRoutes } from '../../src/api/contract.ts';
import { type AccessServer, startAccessServer } from './access-server.ts';

let server: AccessServer;

beforeAll(async () => {
  server = await startAccessServer({
    publicUrl: 'https://runyard.example.com',
    trustedProxies: ['10.0.0.5'],
    oidc: null,
  });
});
afterAll(() => server.close());

async function recordedAddress(remoteAddress: string): Promise<string | undefined> {
  await server.asOwner(accessRoutes.tokens, {
    method: 'POST',
    payload: { name: 'x', role: 'viewer' },
    headers: { 'x-forwarded-for': '192.0.2.7' },
    remoteAddress,
  });
  return (await server.audit('action=createToken'))[0]?.origin.address;
}

it('O8: what stands in front is believed about where a request comes from, nobody else is', async () => {
  expect(await recordedAddress('10.0.0.5')).toBe('192.0.2.7');
  expect(await recordedAddress('10.0.0.6')).toBe('10.0.0.6');
});

it('O8: links have the public address, and its pages may change something', async () => {
  const made = await server.asOwner(accessRoutes.signInLinks, { method: 'POST', payload: {} });
  const { url } = made.json<{ url: string }>();
  expect(new URL(url).origin).toBe('https://runyard.example.com');
  const answer = await server.ask(accessRoutes.signIn, {
    method: 'POST',
    payload: { code: new URL(url).hash.slice(1) },
    headers: { host: '10.0.0.7:7420', origin: 'https://runyard.example.com' },
  });
  expect(answer.statusCode).toBe(200);
  const [cookie] = answer.cookies;
  expect(cookie).toMatchObject({ name: '__Host-runyard_session', secure: true, httpOnly: true });
});
