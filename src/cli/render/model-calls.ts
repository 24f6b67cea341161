import type { ModelCallsResponse } from '../../api/contract.ts';
import { formatDuration } from '../../lib/deadline.ts';
import type { RenderOptions } from '../print-answer.ts';
import { factWidth, renderFacts, wrapWords } from './facts.ts';
import { costCell, number, percent, plural, tokensOf, usd } from './figures.ts';
import { type FittingColumn, renderFittingTable } from './fitting-table.ts';

type Call = ModelCallsResponse['calls'][number];

export function renderModelCalls({ calls, total }: ModelCallsResponse, { terminal }: RenderOptions): string {
  if (total.calls === 0)
    return 'The run made no model calls, or its agent does not call models through Runyard.';
  const { style } = terminal;
  const columns: readonly FittingColumn<Call>[] = [
    { name: 'AT (UTC)', cell: ({ at }) => at.slice(11, 19), optional: true },
    { name: 'STAGE', cell: ({ stage, attempt }) => (attempt > 0 ? `${stage} ${attempt}` : stage) },
    { name: 'MODEL', cell: ({ provider, model }) => modelName(provider, model), cut: 'start' },
    {
      name: 'RESULT',
      cell: (call) => resultOf(call),
      paint: ({ status }) => (status === 'ok' ? style.green : style.red),
      cut: 'end',
    },
    { name: 'IN', cell: ({ usage }) => (usage === null ? '-' : number(wentIn(usage))), right: true },
    { name: 'OUT', cell: ({ usage }) => (usage === null ? '-' : number(usage.outputTokens)), right: true },
    { name: 'CACHED', cell: ({ cacheShare }) => percent(cacheShare), right: true, optional: true },
    { name: 'COST', cell: ({ costUsd }) => (costUsd === null ? 'unknown' : usd(costUsd)), right: true },
    { name: 'TOOK', cell: ({ durationMs }) => formatDuration(durationMs), right: true, optional: true },
    {
      name: 'FIRST BYTE',
      cell: ({ timeToFirstByteMs: ms }) => (ms === null ? '-' : formatDuration(ms)),
      right: true,
      optional: true,
    },
    { name: 'RETRIES', cell: ({ retries }) => String(retries), right: true, optional: true },
  ];
  const width = factWidth(terminal.columns);
  const failed = total.failed === 0 ? '' : `, ${number(total.failed)} failed`;
  const facts = renderFacts(
    [
      ['Calls', [`${plural(total.calls, 'call')}${failed}`]],
      [
        'Tokens',
        wrapWords(
          `${tokensOf(total.usage)}; ${percent(total.cacheShare)} of what went in came from the cache`,
          width,
        ),
      ],
      ['Cost', [costCell(total.cost)]],
    ],
    style,
  );
  const table = calls.length === 0 ? 'No further calls.' : renderFittingTable(columns, calls, terminal);
  return `${table}\n\n${facts}`;
}

/** Some models are named with their provider already. */
function modelName(provider: string, model: string): string {
  return model.startsWith(`${provider}/`) ? model : `${provider}/${model}`;
}

function resultOf({ status, errorCode, httpStatus }: Call): string {
  if (status === 'ok') return 'ok';
  const http = httpStatus === null || httpStatus < 400 ? '' : ` HTTP ${httpStatus}`;
  return `${errorCode ?? status}${http}`;
}

/** What CACHED is a share of. */
function wentIn({ inputTokens, cacheReadTokens, cacheWriteTokens }: NonNullable<Call['usage']>): number {
  return inputTokens + cacheReadTokens + cacheWriteTokens;
}
