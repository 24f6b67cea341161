import { describe, expect, it } from 'vitest';
import { resolveGuardPolicy } from '../../src/domain/guard-policy.ts';
import { searchChange } from '../../src/verify/guards/search-change.ts';
import { changeOf } from '../fixtures/guards/change-of.ts';
import { ordinaryChanges } from '../fixtures/guards/ordinary.ts';
import { plantedElsewhere } from '../fixtures/guards/planted-elsewhere.ts';
import { plantedQuietly } from '../fixtures/guards/planted-quiet.ts';
import { plantedInTests } from '../fixtures/guards/planted-tests.ts';

const policy = resolveGuardPolicy();
const found = async (change: Parameters<typeof changeOf>[0]) =>
  (await searchChange(changeOf(change))).map(({ guard, weight, message, evidence }) => ({
    guard,
    action: policy[guard][weight],
    message,
    evidence,
  }));
const enough = { warn: ['warn', 'ask', 'block'], ask: ['ask', 'block'], block: ['block'] };

describe('guards', () => {
  it.each([...plantedInTests, ...plantedQuietly, ...plantedElsewhere])(
    'V7: $guard finds: $name',
    async ({ guard, least, ...change }) => {
      const findings = await found(change);
      const own = findings.filter((finding) => finding.guard === guard);
      expect(
        own.map(({ action }) => action).some((action) => enough[least].includes(action)),
        JSON.stringify(findings, null, 1),
      ).toBe(true);
    },
  );

  it.each(ordinaryChanges)('V7: nothing blocks or asks when $name', async (change) => {
    expect((await found(change)).filter(({ action }) => action !== 'warn')).toEqual([]);
  });
});
