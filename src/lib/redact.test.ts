import { describe, expect, it } from 'vitest';
import { createRedactor } from './redact.ts';

describe('createRedactor', () => {
  const redact = createRedactor(['hunter2-long', 'abc']);

  it('M3: removes known values wherever they stand, and ignores values too short to be secret', () => {
    expect(redact('x=hunter2-long; abc')).toBe('x=[redacted]; abc');
  });

  it.each([
    [`sk-ant-${'a1'.repeat(12)}`, 'anthropic key'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123', 'github token'],
    ['AKIAIOSFODNN7EXAMPLE', 'aws key'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def', 'json web token'],
  ])('removes %s', (secret, name) => {
    expect(redact(`before ${secret} after`)).toBe(`before [redacted ${name}] after`);
  });

  it('keeps the name of an assignment and drops its value', () => {
    expect(redact('password=correct-horse')).toBe('password=[redacted]');
    expect(redact('Authorization: Bearer abc.def')).toBe('Authorization: Bearer [redacted]');
    expect(redact('postgres://user:pw12@host/db')).toBe('postgres://user:[redacted]@host/db');
  });

  it('leaves ordinary text alone', () => {
    const text = 'const token = parse(input); // 3 errors in src/tokenizer.ts:12';
    expect(redact(text)).toBe(text);
  });
});
