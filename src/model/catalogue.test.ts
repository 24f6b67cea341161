import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCatalogue, modelLimits } from './catalogue.ts';
import { priceOf } from './prices.ts';

const folder = mkdtempSync(join(tmpdir(), 'runyard-catalogue-'));
afterAll(() => rmSync(folder, { recursive: true }));

function overlay(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const million = { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

describe('model catalogue', () => {
  it('M2: knows the limits of current models, also by dated names and under another provider name', () => {
    expect(modelLimits('anthropic/claude-sonnet-5')).toMatchObject({
      maxOutputTokens: 128_000,
      thinking: 'adaptive',
    });
    expect(modelLimits('anthropic/claude-sonnet-4-5-20250929').thinking).toBe('budget');
    expect(modelLimits('openai/gpt-4o').maxOutputTokens).toBe(16_384);
    expect(modelLimits('work/claude-sonnet-5')).toEqual(modelLimits('anthropic/claude-sonnet-5'));
    expect(modelLimits('openrouter/qwen/qwen3-coder').warning).toBeNull();
  });

  it('M2: gives an unknown model safe limits and a warning', () => {
    expect(modelLimits('acme/brand-new')).toMatchObject({
      maxOutputTokens: 8192,
      thinking: 'none',
      warning: expect.stringContaining('acme/brand-new is not in the catalogue'),
    });
  });

  it('M2: an operator can add a model, and change one', () => {
    const models = {
      'acme/brand-new': { contextTokens: 10_000, maxOutputTokens: 1000, price: { input: 1, output: 2 } },
      'openai/gpt-4o': { contextTokens: 64_000, maxOutputTokens: 2000 },
    };
    const catalogue = loadCatalogue(overlay('good.json', { models }));
    expect(modelLimits('acme/brand-new', catalogue)).toMatchObject({ maxOutputTokens: 1000, warning: null });
    expect(modelLimits('openai/gpt-4o', catalogue).maxOutputTokens).toBe(2000);
    expect(modelLimits('openai/gpt-4.1', catalogue).maxOutputTokens).toBe(32_768);
    expect(priceOf('acme/brand-new', { ...million, outputTokens: 500_000 }, catalogue)).toEqual({
      usd: 2,
      status: 'known',
    });
  });

  it('M2: refuses a catalogue file that is wrong, naming the place', () => {
    const wrong = overlay('wrong.json', {
      models: { 'a/b': { contextTokens: -1, maxOutputTokens: 5, colour: 'red' } },
    });
    expect(() => loadCatalogue(wrong)).toThrow(expect.objectContaining({ code: 'model.catalogue-invalid' }));
    expect(() => loadCatalogue(wrong)).toThrow(/a\/b\.contextTokens/);
    expect(() => loadCatalogue(overlay('broken.json', '{'))).toThrow(/not valid/);
  });

  it('O1: prices cache reads and writes apart from plain input', () => {
    const price = (usage: Partial<typeof million>) =>
      priceOf('anthropic/claude-sonnet-5', { ...million, ...usage }).usd;
    expect(price({})).toBeCloseTo(2);
    expect(price({ inputTokens: 0, cacheReadTokens: 1_000_000 })).toBeCloseTo(0.2);
    expect(price({ inputTokens: 0, cacheWriteTokens: 1_000_000 })).toBeCloseTo(2.5);
    expect(price({ inputTokens: 0, outputTokens: 1_000_000 })).toBeCloseTo(10);
  });

  it('O1: says unknown, not zero, where no price is known', () => {
    expect(priceOf('acme/brand-new', million)).toEqual({ usd: 0, status: 'unknown' });
    expect(priceOf('anthropic/claude-nothing-9', million).status).toBe('unknown');
  });
});
