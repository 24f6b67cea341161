import { canonicalJson } from '../lib/canonical-json.ts';
import type { RunSpec } from './run.ts';

/** Where two specs differ, as `ticket.title` or `ladder`, sorted; empty for equal ones. What is undefined counts as absent. */
export function differingParts(a: RunSpec, b: RunSpec): string[] {
  const before = partsOf(a);
  const after = partsOf(b);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}

function partsOf(spec: RunSpec): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const [name, value] of Object.entries(spec)) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      parts.set(name, canonicalJson(value));
      continue;
    }
    for (const [inner, part] of Object.entries(value)) {
      if (part !== undefined) parts.set(`${name}.${inner}`, canonicalJson(part));
    }
  }
  return parts;
}
