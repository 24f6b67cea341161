import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createEmulator, type Emulator } from 'emulate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OidcSettings } from '../../src/api/access/settings.ts';
import { accessRoutes, meResponseSchema, oidcPaths } from '../../src/api/contract.ts';
import { type AccessServer, startAccessServer } from './access-server.ts';

/** Google's OpenID Connect as `emulate` plays it: discovery, PKCE, signed ID tokens, over real HTTP. */
let provider: Emulator;
let server: AccessServer;
let address: string;
const publicAddress = 'http://127.0.0.1:7420';

beforeAll(async () => {
  provider = await createEmulator({
    service: 'google',
    port: 0,
    seed: {
      google: {
        users: [
          { email: 'anna@example.com', name: 'Anna' },
          { email: 'ben@example.com', name: 'Ben' },
          { email: 'eve@evil.example', name: 'Eve' },
        ],
        oauth_clients: [
          {
            client_id: 'runyard',
            client_secret: 'secret-of-runyard',
            name: 'Runyard',
            redirect_uris: [`${publicAddress}${oidcPaths.callback}`],
          },
        ],
      },
    },
  });
  const oidc: OidcSettings = {
    issuer: provider.url,
    clientId: 'runyard',
    clientSecret: 'secret-of-runyard',
    scope: 'openid email profile',
    allowedDomains: ['example.com'],
    allowedEmails: [],
    roleClaim: 'name',
    roles: { operator: ['Anna'] },
    defaultRole: 'viewer',
  };
  server = await startAccessServer({ publicUrl: publicAddress, oidc });
  await server.api.listen({ host: '127.0.0.1', port: 0 });
  address = `http://127.0.0.1:${(server.api.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await server.close();
  await provider.close();
  assert.deepEqual(server.unexpected, []);
});

interface Started {
  readonly cookie: string;
  /** Of the provider. */
  readonly url: URL;
}

async function start(): Promise<Started> {
  const answer = await fetch(`${address}${oidcPaths.start}`, { redirect: 'manual' });
  expect(answer.status).toBe(302);
  const cookie = answer.headers.getSetCookie()[0] ?? '';
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Lax/);
  return { cookie: cookie.split(';')[0] ?? '', url: new URL(answer.headers.get('location') ?? '') };
}

/** What somebody does at the provider: picks an account on the page it shows. Gives where the browser is sent. */
async function choose({ url }: Started, email: string): Promise<URL> {
  const page = await (await fetch(url)).text();
  expect(page).toContain(email);
  const body = new URLSearchParams(url.searchParams);
  body.set('email', email);
  const answer = await fetch(`${provider.url}/o/oauth2/v2/auth/callback`, {
    method: 'POST',
    body,
    redirect: 'manual',
  });
  return new URL(answer.headers.get('location') ?? '');
}

async function comeBack(returned: URL, cookie: string) {
  const answer = await fetch(`${address}${returned.pathname}${returned.search}`, {
    headers: { cookie },
    redirect: 'manual',
  });
  const session = answer.headers.getSetCookie().find((one) => one.startsWith('runyard_session='));
  return { to: answer.headers.get('location'), session: session?.split(';')[0] };
}

describe('O8: signing in with an OpenID provider', () => {
  it('opens a session with the name and the role that the provider and the settings give', async () => {
    const started = await start();
    expect(started.url.searchParams.get('code_challenge_method')).toBe('S256');
    const { to, session } = await comeBack(await choose(started, 'anna@example.com'), started.cookie);
    expect(to).toBe('/');
    const me = await fetch(`${address}${accessRoutes.me}`, { headers: { cookie: session ?? '' } });
    expect(meResponseSchema.parse(await me.json())).toMatchObject({
      kind: 'session',
      name: 'anna@example.com',
      role: 'operator',
      via: 'dashboard',
    });
    const [entry] = await server.audit('action=signInWithOidc');
    expect(entry).toMatchObject({
      actor: { kind: 'session', name: 'anna@example.com', role: 'operator' },
      outcome: 'done',
      after: { role: 'operator', issuer: provider.url, subject: expect.any(String) },
    });
  });

  it('gives those who are allowed by their address the role for everybody', async () => {
    const started = await start();
    const { session } = await comeBack(await choose(started, 'ben@example.com'), started.cookie);
    const me = await fetch(`${address}${accessRoutes.me}`, { headers: { cookie: session ?? '' } });
    expect(await me.json()).toMatchObject({ role: 'viewer' });
  });

  it('does not let in who is not allowed, and writes down why', async () => {
    const started = await start();
    const { to, session } = await comeBack(await choose(started, 'eve@evil.example'), started.cookie);
    expect([to, session]).toEqual(['/sign-in?problem=api.oidc-refused', undefined]);
    const [entry] = await server.audit('action=signInWithOidc');
    expect(entry).toMatchObject({ actor: { kind: 'nobody' }, outcome: 'refused', error: 'api.oidc-refused' });
  });

  it.each<[string, Partial<Disturbance>]>([
    ['in a browser that did not start it', { cookie: async () => '' }],
    ['in a browser that started another one', { cookie: async () => (await start()).cookie }],
    ['with another state', { returned: { state: 'forged' } }],
    ['with another code', { returned: { code: 'forged' } }],
    ['when the provider says no', { returned: { code: null, error: 'access_denied' } }],
    ['with an ID token of another attempt (nonce)', { asked: { nonce: 'forged' } }],
    ['with a code that was asked for by somebody else (PKCE)', { asked: { code_challenge: 'forged' } }],
  ])('does not go on %s', async (_name, { cookie, returned = {}, asked = {} }) => {
    const started = await start();
    change(started.url, asked);
    const back = await choose(started, 'anna@example.com');
    change(back, returned);
    const { to, session } = await comeBack(back, cookie ? await cookie() : started.cookie);
    expect([to, session]).toEqual(['/sign-in?problem=api.oidc-refused', undefined]);
  });

  it('does not take the same answer of the provider twice', async () => {
    const started = await start();
    const returned = await choose(started, 'anna@example.com');
    expect((await comeBack(returned, started.cookie)).session).toMatch(/^runyard_session=rys_/);
    expect((await comeBack(returned, started.cookie)).session).toBeUndefined();
  });

  it('says that there is this way to sign in', async () => {
    const answer = await fetch(`${address}${accessRoutes.signIn}`);
    expect(await answer.json()).toEqual({ link: true, oidc: oidcPaths.start });
  });
});

describe('a provider that does not answer', () => {
  it('is told as such, and asked again the next time', async () => {
    const oidc = { ...server.api.access.settings.oidc } as OidcSettings;
    const lonely = await startAccessServer({
      publicUrl: publicAddress,
      oidc: { ...oidc, issuer: 'http://127.0.0.1:1' },
    });
    const answer = await lonely.ask(oidcPaths.start);
    expect(answer.headers.location).toBe('/sign-in?problem=api.oidc-unavailable');
    await lonely.close();
  });
});

interface Disturbance {
  readonly cookie: () => Promise<string>;
  /** Parameters of what the provider is asked, and of what it answers; null: left out. */
  readonly asked: Readonly<Record<string, string>>;
  readonly returned: Readonly<Record<string, string | null>>;
}

function change(url: URL, parameters: Readonly<Record<string, string | null>>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
}
