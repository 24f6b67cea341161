import type { FastifyRequest } from 'fastify';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { equal } from '../../lib/signed-token.ts';
import { csrfHeader } from '../contract.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what another site had a browser do with the cookie of a session: by where the browser says it comes from and, for changes, by a
 * token that only our own pages can read. Another port of this machine is another site too, though the cookie goes there.
 */
export function refuseForgery(request: FastifyRequest, publicUrl: string | null): void {
  const { identity, method, headers } = request;
  if (identity?.kind !== 'session') return;
  refuseOtherSite(request, publicUrl, { mustSay: !reading.has(method) });
  if (reading.has(method)) return;
  const sent = headers[csrfHeader];
  if (typeof sent !== 'string') throw forged(`It lacks the header ${csrfHeader}.`);
  if (!equal(sent, identity.csrfToken ?? ''))
    throw forged(`The header ${csrfHeader} is not of this session.`);
}

/** `mustSay`: a request that does not say where it comes from is refused too; every browser says it when it changes something. */
export function refuseOtherSite(
  { headers }: FastifyRequest,
  publicUrl: string | null,
  { mustSay }: { mustSay: boolean },
): void {
  const site = headers['sec-fetch-site'];
  const { origin } = headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw forged(`The browser says that another site asked (${site.slice(0, 40)}).`);
  if (origin !== undefined && !isOwn(origin, headers.host, publicUrl))
    throw forged(`It was sent by a page of ${origin.slice(0, 200)}.`);
  if (mustSay && site === undefined && origin === undefined)
    throw forged('It does not say which page sent it (Origin, Sec-Fetch-Site).');
}

function isOwn(origin: string, host: string | undefined, publicUrl: string | null): boolean {
  if (publicUrl !== null && origin === new URL(publicUrl).origin) return true;
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
}

function forged(problem: string) {
  return runyardError('api.forged', { problem });
}
