import { z } from 'zod';
import { section } from './section.ts';
import { duration, integer, structure, text } from './setting.ts';

const address = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'must be an IP address or a network such as 10.0.0.0/8',
});

/** The API of a node. */
export const serverSettings = section({
  host: text(z.string().min(1).default('127.0.0.1'), {
    description:
      'Address the API listens on. Other machines reach it only if you change this, which needs an API token or an OpenID provider (docs/security.md); the API has no TLS of its own.',
    type: 'address',
    example: '127.0.0.1',
    guarded: true,
  }),
  port: integer(
    { min: 0, max: 65_535, default: 0 },
    {
      description:
        'Port of the API; 0 takes a free one (the command line finds it through server.json in the data folder).',
      example: '7420',
      guarded: true,
    },
  ),
  publicUrl: text(
    z
      .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
      .nullable()
      .default(null),
    {
      description:
        'Address of this server in a browser, where something in front of it (with TLS) has another one. With https, cookies are sent over https only.',
      type: 'URL or null',
      example: 'https://runyard.example.com',
      guarded: true,
    },
  ),
  trustedProxies: structure(z.array(address).default([]), {
    description:
      'Addresses or networks of what stands in front. Its X-Forwarded-For then says where a request comes from, for the audit log and for limits.',
    type: 'list of addresses',
    example: '[10.0.0.5]',
    guarded: true,
  }),
  requestsPerMinute: integer(
    { min: 1, max: 1_000_000, default: 6000 },
    {
      description: 'Requests to the API that are served for one token in a minute; workers are not counted.',
    },
  ),
  drainMs: duration('60s', {
    description:
      'How long a server that was asked to end lets its runs go on. Those that are not over by then are handed over: they resume at the next start.',
  }),
});
