import { Slot } from 'radix-ui';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { exactTime, relative } from '../lib/format.ts';
import type { Tone } from '../lib/state-words.ts';
import { useNow } from '../lib/use-now.ts';

const tones: Record<Tone, string> = {
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  accent: 'bg-accent-soft text-accent',
  quiet: 'bg-raised text-muted',
};

export function Badge({
  tone = 'quiet',
  children,
  title,
}: {
  tone?: Tone;
  children: ReactNode;
  title?: string;
}) {
  return (
    <span
      title={title}
      className={`inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap ${tones[tone]}`}
    >
      {children}
    </span>
  );
}

const buttons = {
  primary: 'bg-accent text-accent-ink border-transparent hover:opacity-90',
  plain: 'bg-panel border-line hover:bg-raised',
  danger: 'bg-panel border-line text-bad hover:bg-bad-soft',
  quiet: 'border-transparent bg-transparent hover:bg-raised text-muted hover:text-ink',
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: keyof typeof buttons;
  /** The one child is the element itself, a link for example. */
  readonly asChild?: boolean;
}

export function Button({ look = 'plain', asChild = false, className = '', ...rest }: ButtonProps) {
  const classes = `inline-flex items-center justify-center gap-1.5 rounded-md border px-2.5 py-1.5 text-[13px] font-medium leading-5 whitespace-nowrap transition-colors disabled:cursor-default disabled:opacity-50 ${buttons[look]} ${className}`;
  if (asChild) return <Slot.Root className={classes} {...rest} />;
  return <button type="button" className={classes} {...rest} />;
}

export function Panel({
  title,
  aside,
  children,
  className = '',
  flush = false,
}: {
  title?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  /** The content reaches the edges, as tables do. */
  flush?: boolean;
}) {
  return (
    <section className={`min-w-0 rounded-lg border border-line bg-panel ${className}`}>
      {title !== undefined && (
        <header className="flex min-h-11 flex-wrap items-center justify-between gap-2 px-4 pt-3 pb-1">
          <h2 className="text-[13px] font-semibold">{title}</h2>
          {aside !== undefined && <div className="text-xs text-muted">{aside}</div>}
        </header>
      )}
      <div className={flush ? 'pb-1' : 'px-4 pt-1 pb-4'}>{children}</div>
    </section>
  );
}

/** A figure with its name. Its place keeps its height while the figure is not known yet. */
export function Figure({
  label,
  value,
  note,
  tone,
}: {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: 'good' | 'bad' | 'warn';
}) {
  const colour = tone === undefined ? '' : { good: 'text-good', bad: 'text-bad', warn: 'text-warn' }[tone];
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className={`numbers mt-0.5 text-xl leading-7 font-semibold tracking-tight ${colour}`}>{value}</dd>
      <dd className="min-h-4 text-xs text-muted">{note}</dd>
    </div>
  );
}

/** In words that need no calendar; exactly on hover, in the viewer's zone. */
export function Time({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (at === null || at === undefined) return <span className="text-muted">–</span>;
  return (
    <time dateTime={at} title={exactTime(at)} className="numbers whitespace-nowrap">
      {relative(at, now)}
    </time>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="px-4 py-10 text-center">
      <p className="font-medium">{title}</p>
      {children !== undefined && (
        <div className="mx-auto mt-1 max-w-prose text-sm text-muted">{children}</div>
      )}
    </div>
  );
}

export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div role="status" aria-label="Loading" className="space-y-2 p-4">
      {Array.from({ length: lines }, (_, index) => (
        <div
          key={index}
          className="h-4 animate-pulse rounded bg-raised"
          style={{ width: `${90 - ((index * 17) % 45)}%` }}
        />
      ))}
    </div>
  );
}

export function Progress({ fraction, label }: { fraction: number; label: string }) {
  const value = Math.round(fraction * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={100}
      className="h-1.5 overflow-hidden rounded-full bg-raised"
    >
      <div
        className="h-full rounded-full bg-accent transition-[width] duration-700"
        style={{ width: `${value}%` }}
      />
    </div>
  );
}

export function Code({ children }: { children: ReactNode }) {
  return <code className="rounded bg-raised px-1 py-0.5 font-mono text-[12px]">{children}</code>;
}
