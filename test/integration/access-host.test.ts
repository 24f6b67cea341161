import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessRoutes } from '../../src/api/contract.ts';
import { accessSettings } from '../../src/app/access-settings.ts';
import { requireSafeHost } from '../../src/app/require-safe-host.ts';
import { assembleConfig } from '../../src/config/assemble-config.ts';
import { type AccessServer, startAccessServer } from './access-server.ts';

let server: AccessServer;

beforeAll(async () => {
  server = await startAccessServer();
});
afterAll(() => server.close());

function configOf(settings: Readonly<Record<string, unknown>>) {
  const source = { kind: 'flag', name: 'test' } as const;
  const assignments = Object.entries({ dataDir: '/nowhere', ...settings });
  return assembleConfig(
    assignments.map(([path, value]) => ({ path, value, source })),
    {},
  ).config;
}

const outside = configOf({ 'server.host': '0.0.0.0' });
const oidc = {
  'auth.oidc.issuer': 'https://login.example.com',
  'auth.oidc.clientId': 'runyard',
  'auth.oidc.allowedDomains': ['example.com'],
};

it('O8: an address that others reach is refused while nobody there could get in', async () => {
  const { store } = server.database;
  await expect(requireSafeHost(outside, store)).rejects.toMatchObject({
    code: 'config.host-without-access',
    fields: { host: '0.0.0.0' },
  });
  await requireSafeHost(configOf({}), store);
  await requireSafeHost(configOf({ 'server.host': '0.0.0.0', ...oidc }), store);
  const { id } = await server.makeToken('viewer');
  await requireSafeHost(outside, store);
  await server.asOwner(`${accessRoutes.tokens}/${id}`, { method: 'DELETE' });
  await expect(requireSafeHost(outside, store)).rejects.toMatchObject({ code: 'config.host-without-access' });
});

it('O8: a token that is over is no way in', async () => {
  await server.makeToken('viewer', 1);
  await requireSafeHost(outside, server.database.store);
  await server.database.shiftTime(25 * 60 * 60 * 1000);
  await expect(requireSafeHost(outside, server.database.store)).rejects.toMatchObject({
    code: 'config.host-without-access',
  });
});

it('O8: an OpenID provider that could let nobody in is refused', () => {
  expect(accessSettings(configOf({})).oidc).toBeNull();
  expect(accessSettings(configOf(oidc)).oidc).toMatchObject({ clientSecret: null, defaultRole: 'viewer' });
  const without = (setting: string, value: unknown) => () =>
    accessSettings(configOf({ ...oidc, [setting]: value }));
  expect(without('auth.oidc.clientId', null)).toThrow(/clientId/);
  expect(without('auth.oidc.allowedDomains', [])).toThrow(/allowedDomains/);
});

it('O8: an OpenID provider that is reached without TLS is refused, unless it is on this machine', () => {
  expect(() => configOf({ 'auth.oidc.issuer': 'http://login.example.com' })).toThrow(/issuer/);
  expect(configOf({ 'auth.oidc.issuer': 'http://localhost:4000' }).auth.oidc.issuer).toBe(
    'http://localhost:4000',
  );
});
