import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDownToLine, ChevronDown, ChevronUp, Download } from 'lucide-react';
import { useDeferredValue, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { onRunEvent } from '../../api/live.ts';
import type { RunDetails } from '../../api/types.ts';
import { AnsiText } from '../../components/ansi-text.tsx';
import { Button, Empty, Skeleton } from '../../components/basics.tsx';
import { Failed } from '../../components/loaded.tsx';
import { clockTime, count } from '../../lib/format.ts';
import { findLines, type LogLine, type LogSource, LogStore } from '../../lib/log-store.ts';

const sources: readonly (readonly [LogSource, string])[] = [
  ['all', 'Everything'],
  ['agent', 'Agent'],
  ['checks', 'Checks'],
  ['run', 'Run'],
];
const ROW_PX = 20;
const NEAR_END_PX = 60;

/** Only what is on the screen is drawn; it follows the end until somebody scrolls up. */
export function Log({ details }: { details: RunDetails }) {
  const { run } = details;
  const [source, setSource] = useState<LogSource>('all');
  const store = useMemo(() => new LogStore(run.id, source), [run.id, source]);
  useSyncExternalStore(store.subscribe, store.version);
  useEffect(() => () => store.close(), [store]);
  useEffect(() => {
    void store.read();
    return onRunEvent((changed) => {
      if (changed === run.id) void store.read();
    });
  }, [store, run.id]);
  // Also when the run was read again for another reason: after a connection was lost, for example.
  useEffect(() => void store.read(), [store, details]);
  const [text, setText] = useState('');
  const [following, setFollowing] = useState(true);
  const wanted = useDeferredValue(text.trim());
  const found = useMemo(
    () => (wanted.length < 2 ? [] : findLines(store.lines, wanted)),
    [store, wanted, store.lines.length],
  );
  return (
    <section aria-label="Log" className="overflow-hidden rounded-lg border border-line bg-panel">
      <div className="flex flex-wrap items-center gap-2 border-b border-line p-2">
        <select
          className="field text-[13px]"
          aria-label="Lines of"
          value={source}
          onChange={(event) => setSource(event.target.value as LogSource)}
        >
          {sources.map(([value, title]) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
        <input
          className="field min-w-32 flex-1 text-[13px] sm:max-w-72"
          type="search"
          placeholder="Search in the log"
          aria-label="Search in the log"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <span className="numbers ml-auto text-xs text-muted" role="status">
          {count(store.lines.length)} lines{store.caughtUp ? '' : ', reading'}
        </span>
        <Button
          look={following ? 'primary' : 'plain'}
          aria-pressed={following}
          onClick={() => setFollowing(!following)}
        >
          <ArrowDownToLine size={14} aria-hidden />
          Follow
        </Button>
        <Button asChild>
          <a href={`/api/v1/runs/${run.id}/log/download?source=${source}`} download>
            <Download size={14} aria-hidden />
            Download
          </a>
        </Button>
      </div>
      <Body
        store={store}
        found={found}
        isSearching={wanted.length > 1}
        following={following}
        onFollow={setFollowing}
      />
    </section>
  );
}

interface BodyProps {
  readonly store: LogStore;
  readonly found: readonly number[];
  readonly isSearching: boolean;
  readonly following: boolean;
  readonly onFollow: (following: boolean) => void;
}

function Body({ store, found, isSearching, following, onFollow }: BodyProps) {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(0);
  const { lines } = store;
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 30,
  });
  const length = lines.length;
  useEffect(() => {
    if (following && length > 0) rows.scrollToIndex(length - 1, { align: 'end' });
  }, [following, length, rows]);
  const current = found.length === 0 ? null : (found[Math.min(place, found.length - 1)] ?? null);
  useEffect(() => {
    if (current !== null) rows.scrollToIndex(current, { align: 'center' });
  }, [current, rows]);
  if (store.error !== null) return <Failed error={store.error} onAgain={() => void store.read()} />;
  if (length === 0) return store.caughtUp ? <Empty title="Nothing was said yet." /> : <Skeleton lines={8} />;
  const go = (step: number) => {
    onFollow(false);
    setPlace((place + step + found.length) % Math.max(1, found.length));
  };
  return (
    <>
      {isSearching && (
        <div className="flex items-center gap-1 border-b border-line px-3 py-1 text-xs text-muted">
          <span className="numbers" role="status">
            {found.length === 0
              ? 'Not found'
              : `${Math.min(place, found.length - 1) + 1} of ${count(found.length)}`}
          </span>
          <Button
            look="quiet"
            className="py-0!"
            aria-label="The one before"
            disabled={found.length === 0}
            onClick={() => go(-1)}
          >
            <ChevronUp size={14} aria-hidden />
          </Button>
          <Button
            look="quiet"
            className="py-0!"
            aria-label="The next one"
            disabled={found.length === 0}
            onClick={() => go(1)}
          >
            <ChevronDown size={14} aria-hidden />
          </Button>
        </div>
      )}
      <div
        ref={box}
        tabIndex={0}
        role="log"
        aria-label="Lines of the log"
        aria-live="off"
        className="h-[65vh] overflow-auto font-mono text-xs"
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          if (following && scrollHeight - scrollTop - clientHeight > NEAR_END_PX * ROW_PX) onFollow(false);
        }}
        onWheel={(event) => {
          if (event.deltaY < 0) onFollow(false);
        }}
      >
        <div style={{ height: rows.getTotalSize() }} className="relative min-w-max">
          {rows.getVirtualItems().map((row) => {
            const line = lines[row.index];
            return (
              line !== undefined && (
                <div
                  key={row.key}
                  className={`absolute left-0 flex min-w-full items-center pr-4 pl-3 whitespace-pre ${row.index === current ? 'bg-accent-soft' : ''}`}
                  style={{ top: row.start, height: ROW_PX }}
                >
                  <Line line={line} />
                </div>
              )
            );
          })}
        </div>
      </div>
    </>
  );
}

const tones: Record<LogLine['tone'], string> = {
  plain: '',
  dim: 'text-muted',
  good: 'text-good',
  bad: 'text-bad',
  warn: 'text-warn',
};

function Line({ line }: { line: LogLine }) {
  return (
    <>
      <span className="numbers w-18 shrink-0 text-muted">{line.label === '' ? '' : clockTime(line.at)}</span>
      <span className="w-24 shrink-0 truncate text-muted">{line.label}</span>
      <span className={tones[line.tone]}>
        <AnsiText text={line.text} />
      </span>
    </>
  );
}
