import { describe, expect, it } from 'vitest';
import { openToken, signToken } from './signed-token.ts';

describe('signed tokens', () => {
  const token = signToken('ryw', { run: 'r1', epoch: 3 }, 'key');

  it('give back what was signed', () => {
    expect(openToken('ryw', token, 'key')).toEqual({ run: 'r1', epoch: 3 });
  });

  it('are refused with another key, another prefix, or a changed payload', () => {
    const forged = token.replace(/_[\w-]+\./, `_${Buffer.from('{"run":"r2"}').toString('base64url')}.`);
    expect(openToken('ryw', token, 'other')).toBeNull();
    expect(openToken('ryg', token, 'key')).toBeNull();
    expect(openToken('ryw', forged, 'key')).toBeNull();
    expect(openToken('ryw', 'rubbish', 'key')).toBeNull();
  });
});
