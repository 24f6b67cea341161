import { createHash } from 'node:crypto';
import type { Block } from './map-action.ts';
import type { ModelRequest } from './request.ts';
import type { Step } from './scenario.ts';

/** As Anthropic counts: `input` without what was read from or written to the cache. */
export interface Figures {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

const BYTES_PER_TOKEN = 4;
/** OpenAI caches prompts of 1,024 tokens and more (https://platform.openai.com/docs/guides/prompt-caching). */
const SHORTEST_OPENAI_PREFIX = 1024;

export type Count = (request: ModelRequest, blocks: readonly Block[]) => Figures;

/**
 * Counts tokens by size, and plays the prompt cache: a prefix is read when the very same bytes were written before, up to the last
 * breakpoint of this request the rest is written. A prefix that changes by one byte is paid for again, as at the provider.
 */
export function tokenCounter(): Count {
  const written = new Set<string>();
  return (request, blocks) => {
    const { prefixes, last, total } = prefixesOf(request);
    const short = request.protocol === 'openai' && total < SHORTEST_OPENAI_PREFIX;
    const cached = short ? [] : prefixes.slice(0, last + 1);
    const hit = cached.findLast(({ hash }) => written.has(hash));
    for (const { hash, breakpoint } of cached) if (breakpoint) written.add(hash);
    const cacheRead = hit?.tokens ?? 0;
    const upToBreakpoint = cached.at(-1)?.tokens ?? 0;
    const cacheWrite = request.protocol === 'anthropic' ? upToBreakpoint - cacheRead : 0;
    const output = tokensOf(JSON.stringify(blocks));
    return { input: total - cacheRead - cacheWrite, output, cacheRead, cacheWrite };
  };
}

/** The scenario's own figures in place of the counted ones; null when it leaves usage out. */
export function figuresFor(step: Step, counted: Figures): Figures | null {
  if (step.usage === 'missing') return null;
  const { input, output, cacheRead, cacheWrite } = step.usage ?? {};
  return {
    input: input ?? counted.input,
    output: output ?? counted.output,
    cacheRead: cacheRead ?? counted.cacheRead,
    cacheWrite: cacheWrite ?? counted.cacheWrite,
  };
}

function prefixesOf(request: ModelRequest) {
  const hash = createHash('sha256').update(request.model);
  let total = 0;
  const prefixes = request.blocks.map(({ text, breakpoint }) => {
    hash.update(text);
    total += tokensOf(text);
    return { hash: hash.copy().digest('hex'), tokens: total, breakpoint };
  });
  return { prefixes, last: prefixes.findLastIndex(({ breakpoint }) => breakpoint), total };
}

function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}
