import { expect, it } from 'vitest';
import { isLoopback } from './require-safe-host.ts';

it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('%s is reached from this machine only', (host) => {
  expect(isLoopback(host)).toBe(true);
});

it.each(['0.0.0.0', '::', '192.168.1.5', '::ffff:192.168.1.5', 'example.com', 'localhost.example.com', ''])(
  '%s is, or may be, reached by others',
  (host) => {
    expect(isLoopback(host)).toBe(false);
  },
);
