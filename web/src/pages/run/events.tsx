import { useState } from 'react';
import { useEvents } from '../../api/queries.ts';
import type { EventView, RunDetails } from '../../api/types.ts';
import { Button, Empty, Panel } from '../../components/basics.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { clockTime, exactTime } from '../../lib/format.ts';

/** The record as it is stored: what everything else on the page is made from. */
export function EventsTab({ details }: { details: RunDetails }) {
  const query = useEvents(details.run.id);
  const [type, setType] = useState('');
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const events = pages.flatMap((page) => page.events);
        const types = [...new Set(events.map((event) => event.type))].sort();
        const shown = type === '' ? events : events.filter((event) => event.type === type);
        return (
          <Panel
            flush
            title={`${shown.length} events`}
            aside={
              <select
                className="field"
                aria-label="Kind of event"
                value={type}
                onChange={(event) => setType(event.target.value)}
              >
                <option value="">All kinds</option>
                {types.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            }
          >
            {shown.length === 0 && <Empty title="Nothing happened yet." />}
            <ol className="divide-y divide-line">
              {shown.map((event) => (
                <Event key={event.seq} event={event} />
              ))}
            </ol>
            {query.hasNextPage && (
              <div className="p-3 text-center">
                <Button onClick={() => void query.fetchNextPage()}>Show more</Button>
              </div>
            )}
          </Panel>
        );
      }}
    </Loaded>
  );
}

function Event({ event }: { event: EventView }) {
  return (
    <li>
      <details>
        <summary className="grid cursor-pointer grid-cols-[3rem_5.5rem_minmax(0,12rem)_minmax(0,1fr)] gap-2 px-4 py-1.5 text-xs max-sm:grid-cols-[2.5rem_5rem_minmax(0,1fr)]">
          <span className="numbers text-right text-muted">{event.seq}</span>
          <span className="numbers text-muted" title={exactTime(event.at)}>
            {clockTime(event.at)}
          </span>
          <span className="truncate font-medium">{event.type}</span>
          <span className="truncate font-mono text-muted max-sm:hidden">{JSON.stringify(event.data)}</span>
        </summary>
        <pre
          tabIndex={0}
          className="mx-4 mb-2 max-h-96 overflow-auto rounded bg-raised p-3 font-mono text-xs whitespace-pre-wrap"
        >
          {JSON.stringify(event.data, null, 2)}
        </pre>
      </details>
    </li>
  );
}
