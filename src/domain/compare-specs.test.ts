import { describe, expect, it } from 'vitest';
import { differingParts } from './compare-specs.ts';
import type { RunSpec } from './run.ts';

const spec = {
  ticket: { key: null, title: 'One', body: '' },
  repository: '/one',
  base: null,
  ladder: [{ agent: 'builtin', model: null, attempts: 2 }],
  limits: { runMs: 1, turns: 2 },
} as unknown as RunSpec;

describe('Q7: differingParts', () => {
  it('finds nothing where only the order of the keys differs', () => {
    const turned = Object.fromEntries(Object.entries(spec).reverse()) as unknown as RunSpec;
    expect(differingParts(spec, { ...turned, limits: { turns: 2, runMs: 1 } as RunSpec['limits'] })).toEqual(
      [],
    );
  });

  it('names every part that differs, or that only one of them has', () => {
    const other = {
      ...spec,
      base: 'main',
      ticket: { ...spec.ticket, title: 'Two' },
      ladder: [{ agent: 'builtin', model: null, attempts: 3 }],
      limits: { runMs: 1 } as RunSpec['limits'],
    };
    expect(differingParts(spec, other)).toEqual(['base', 'ladder', 'limits.turns', 'ticket.title']);
  });
});
