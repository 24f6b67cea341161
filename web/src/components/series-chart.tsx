import type { OverviewResponse } from '../api/types.ts';
import { clockTime, exactTime } from '../lib/format.ts';

type Series = OverviewResponse['series'];

const HEIGHT = 120;
const GAP = 0.2;

/** Stacked bars, the newest to the right. The table below it has the same for those who cannot see them. */
export function SeriesChart({ series: { parts, partMs } }: { series: Series }) {
  const highest = Math.max(1, ...parts.map(({ ended }) => ended));
  const scale = niceCeiling(highest);
  const dayParts = partMs >= 20 * 3_600_000;
  const label = (at: string) =>
    dayParts
      ? new Date(at).toLocaleDateString(undefined, { month: 'short', day: 'numeric' })
      : clockTime(at).slice(0, 5);
  return (
    <figure className="relative overflow-hidden pt-1">
      <div className="flex gap-2">
        <div className="numbers flex w-6 flex-col justify-between text-right text-2xs text-muted" aria-hidden>
          <span>{scale}</span>
          <span>{scale % 2 === 0 ? scale / 2 : ''}</span>
          <span>0</span>
        </div>
        <svg
          viewBox={`0 0 ${parts.length} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="h-32 w-full min-w-0 overflow-visible"
          role="img"
          aria-label="Runs that ended over time"
        >
          {[0, 0.5, 1].map((share) => (
            <line
              key={share}
              x1={0}
              x2={parts.length}
              y1={HEIGHT * share}
              y2={HEIGHT * share}
              className="stroke-line"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {parts.map((part, index) => (
            <Bar key={part.at} part={part} index={index} scale={scale} />
          ))}
        </svg>
      </div>
      <div className="numbers mt-1 flex justify-between pl-8 text-2xs text-muted" aria-hidden>
        {[0, Math.floor(parts.length / 2), parts.length - 1].map((index) => (
          <span key={index}>{parts[index] === undefined ? '' : label(parts[index].at)}</span>
        ))}
      </div>
      <table className="sr-only">
        <caption>Runs that ended</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Delivered</th>
            <th scope="col">Failed</th>
            <th scope="col">Cancelled</th>
          </tr>
        </thead>
        <tbody>
          {parts
            .filter(({ ended }) => ended > 0)
            .map((part) => (
              <tr key={part.at}>
                <td>{exactTime(part.at)}</td>
                <td>{part.delivered}</td>
                <td>{part.failed}</td>
                <td>{part.cancelled}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  );
}

function Bar({ part, index, scale }: { part: Series['parts'][number]; index: number; scale: number }) {
  const stack = [
    [part.delivered, 'fill-good'],
    [part.failed, 'fill-bad'],
    [part.cancelled, 'fill-muted'],
  ] as const;
  let top = HEIGHT;
  return (
    <g>
      <title>
        {`${exactTime(part.at)}: ${part.delivered} delivered, ${part.failed} failed, ${part.cancelled} cancelled`}
      </title>
      <rect x={index} y={0} width={1} height={HEIGHT} fill="transparent" />
      {stack.map(([value, colour]) => {
        const height = (value / scale) * HEIGHT;
        top -= height;
        return (
          <rect key={colour} x={index + GAP / 2} y={top} width={1 - GAP} height={height} className={colour} />
        );
      })}
    </g>
  );
}

/** 1, 2, 4, 6, 8, 10, 20, …: an even number has a whole half. */
function niceCeiling(value: number): number {
  if (value <= 2) return value;
  const unit = 10 ** Math.floor(Math.log10(value));
  const found = [1, 2, 4, 6, 8, 10].find((factor) => factor * unit >= value) ?? 10;
  return found * unit;
}
