import type { Provider } from './types.ts';

/** Where a path of the API (`/v1/messages`, `/v1/chat/completions`, …) lies at this provider. */
export function providerUrl(provider: Provider, path: string, search = ''): URL {
  const url = new URL(provider.baseUrl);
  const folder = url.pathname.replace(/\/+$/, '');
  const rest = path.replace(/^\/v1/, '');
  if (provider.kind === 'anthropic') url.pathname = `${folder.replace(/\/v1$/, '')}/v1${rest}`;
  else url.pathname = `${folder === '' ? '/v1' : folder}${rest}`;
  url.search = search;
  return url;
}
