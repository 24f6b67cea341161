import { describe, expect, it } from 'vitest';
import { type GatewayClaims, issueGatewayToken, verifyGatewayToken } from './token.ts';

const claims: GatewayClaims = {
  runId: 'r1',
  epoch: 3,
  stage: 'implement',
  attempt: 1,
  models: ['anthropic/claude-sonnet-5'],
  expiresAt: '2026-11-21T10:00:00.000Z',
};
const before = new Date('2026-11-21T09:59:59Z');

describe('gateway token', () => {
  it('gives back what was signed, until it expires', () => {
    const token = issueGatewayToken(claims, 'key');
    expect(token).toMatch(/^ryg_/);
    expect(verifyGatewayToken(token, 'key', before)).toEqual(claims);
    expect(() => verifyGatewayToken(token, 'key', new Date(claims.expiresAt))).toThrow(/expired/);
  });

  it('is refused when it is forged, of another key, or something else altogether', () => {
    const token = issueGatewayToken(claims, 'key');
    const [head = '', signature = ''] = token.split('.');
    const other = Buffer.from(JSON.stringify({ ...claims, models: ['openai/gpt-6-astra'] })).toString(
      'base64url',
    );
    for (const bad of [`ryg_${other}.${signature}`, `${head}.AAAA`, `${token}A`, 'sk-ant-1234', '']) {
      expect(() => verifyGatewayToken(bad, 'key', before)).toThrow(/not a gateway token/);
    }
    expect(() => verifyGatewayToken(token, 'another key', before)).toThrow(/not a gateway token/);
  });
});
