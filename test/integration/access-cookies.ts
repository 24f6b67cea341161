import type { LightMyRequestResponse } from 'fastify';

/** `name=value` of the one cookie that an answer sets. */
export function identityCookie({ cookies }: LightMyRequestResponse): string {
  const [cookie] = cookies;
  return cookie ? `${cookie.name}=${cookie.value}` : '';
}
