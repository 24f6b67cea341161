import { BlockList, isIP } from 'node:net';
import type { Config } from '../config/schema.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { hasActiveApiToken } from '../store/access/api-tokens.ts';
import type { Store } from '../store/store.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether only this machine reaches an address. A name other than localhost may mean anything. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host === 'localhost';
  return loopback.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

/** Throws `config.host-without-access` where others would reach the server and had no way in that suits them. */
export async function requireSafeHost({ server, auth }: Config, { db }: Pick<Store, 'db'>): Promise<void> {
  if (isLoopback(server.host) || auth.oidc.issuer !== null || (await hasActiveApiToken(db))) return;
  throw runyardError('config.host-without-access', { host: server.host });
}
