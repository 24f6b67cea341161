import { useModelCalls } from '../../api/queries.ts';
import type { ModelCallsResponse, RunDetails } from '../../api/types.ts';
import { Badge, Button, Empty, Figure, Panel } from '../../components/basics.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { ScrollX } from '../../components/scroll-x.tsx';
import { TableHeads } from '../../components/table-heads.tsx';
import { clockTime, count, duration, exactTime, money, percent, short } from '../../lib/format.ts';

export function ModelCallsTab({ details }: { details: RunDetails }) {
  const query = useModelCalls(details.run.id);
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const calls = pages.flatMap((page) => page.calls);
        const total = pages[0]?.total;
        if (total === undefined || calls.length === 0)
          return (
            <Empty title="No model was called yet.">
              Agents that bring their own model report only their totals.
            </Empty>
          );
        return (
          <>
            <Totals total={total} />
            <Panel flush className="mt-4">
              <ScrollX>
                <Calls calls={calls} />
              </ScrollX>
              {query.hasNextPage && (
                <div className="p-3 text-center">
                  <Button onClick={() => void query.fetchNextPage()}>Show more</Button>
                </div>
              )}
            </Panel>
          </>
        );
      }}
    </Loaded>
  );
}

function Totals({ total }: { total: ModelCallsResponse['total'] }) {
  const { usage, cost } = total;
  return (
    <dl className="grid grid-cols-2 gap-4 sm:grid-cols-5">
      <Figure
        label="Calls"
        value={count(total.calls)}
        note={total.failed > 0 ? `${count(total.failed)} failed` : 'none failed'}
      />
      <Figure label="Input" value={short(usage.inputTokens)} note="tokens, not cached" />
      <Figure
        label="Cache"
        value={percent(total.cacheShare)}
        note={`${short(usage.cacheReadTokens)} read, ${short(usage.cacheWriteTokens)} written`}
      />
      <Figure label="Output" value={short(usage.outputTokens)} note="tokens" />
      <Figure label="Cost" value={money(cost.usd, cost.status === 'known')} />
    </dl>
  );
}

function Calls({ calls }: { calls: ModelCallsResponse['calls'] }) {
  return (
    <table className="rows w-full text-[13px]">
      <TableHeads
        heads={[
          'At',
          'Stage',
          'Model',
          'Result',
          ['Input', 'number'],
          ['Cached', 'number'],
          ['Output', 'number'],
          ['First byte', 'number'],
          ['Took', 'number'],
          ['Cost', 'number'],
        ]}
      />
      <tbody>
        {calls.map((call) => (
          <tr key={call.id}>
            <td className="numbers whitespace-nowrap" title={exactTime(call.at)}>
              {clockTime(call.at)}
            </td>
            <td className="whitespace-nowrap">
              {call.stage}
              {call.attempt > 0 && <span className="text-muted"> #{call.attempt}</span>}
            </td>
            <td className="font-mono text-xs">{call.model}</td>
            <td title={call.requestId ?? undefined}>
              <Badge tone={call.status === 'ok' ? 'good' : 'bad'}>
                {call.status === 'ok' ? 'ok' : (call.errorCode ?? call.status)}
              </Badge>
              {call.retries > 0 && (
                <span className="ml-1.5 text-xs text-muted">after {call.retries} retries</span>
              )}
            </td>
            <td className="number">{count(call.usage?.inputTokens)}</td>
            <td className="number">{percent(call.cacheShare)}</td>
            <td className="number">{count(call.usage?.outputTokens)}</td>
            <td className="number">{duration(call.timeToFirstByteMs)}</td>
            <td className="number">{duration(call.durationMs)}</td>
            <td className="number">{money(call.costUsd)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
