import { z } from 'zod';
import { section } from './section.ts';
import { duration, integer, text } from './setting.ts';

/** The API of a node. */
export const serverSettings = section({
  host: text(z.string().min(1).default('127.0.0.1'), {
    description:
      'Address the API listens on. Other machines reach it only if you change this; the API has no TLS of its own.',
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
