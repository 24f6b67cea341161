import { calcPrice } from '@pydantic/genai-prices';
import type { CallUsage } from '../domain/model-call.ts';
import { type ModelRef, parseModelRef } from '../domain/model-ref.ts';
import type { Cost } from '../domain/usage.ts';
import { type ModelCatalogue, modelLimits, type PricePerMillion } from './catalogue.ts';

/** What a call cost. `unknown` with 0 dollars when no price is known for that provider's model: never a guess. */
export function priceOf(ref: ModelRef, usage: CallUsage, catalogue?: ModelCatalogue): Cost {
  const own = modelLimits(ref, catalogue).price;
  const usd = own ? byPrice(own, usage) : byPriceList(ref, usage);
  return usd === null || !Number.isFinite(usd) || usd < 0
    ? { usd: 0, status: 'unknown' }
    : { usd, status: 'known' };
}

function byPrice(price: PricePerMillion, usage: CallUsage): number {
  const { input, output, cacheRead = input, cacheWrite = input } = price;
  const total =
    usage.inputTokens * input +
    usage.outputTokens * output +
    usage.cacheReadTokens * cacheRead +
    usage.cacheWriteTokens * cacheWrite;
  return total / 1_000_000;
}

function byPriceList(ref: ModelRef, usage: CallUsage): number | null {
  const { provider, model } = parseModelRef(ref);
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  try {
    const result = calcPrice(
      {
        // The list counts cached tokens as input tokens too.
        input_tokens: inputTokens + cacheReadTokens + cacheWriteTokens,
        output_tokens: outputTokens,
        cache_read_tokens: cacheReadTokens,
        cache_write_tokens: cacheWriteTokens,
      },
      model,
      { providerId: provider },
    );
    return result?.total_price ?? null;
  } catch {
    // The list throws on figures it cannot price; that is a price we do not know.
    return null;
  }
}
