import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { RequestError } from '../api/request.ts';

interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly text: string;
  readonly next: string | null;
}

const SHOWN_MS = 6_000;
let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function tellDone(text: string): void {
  const id = show({ tone: 'good', text, next: null });
  setTimeout(() => close(id), SHOWN_MS);
}

/** Stays until it is closed: who looked away should still learn of it. */
export function tellFailed(error: unknown): void {
  show({
    tone: 'bad',
    text: error instanceof Error ? error.message : 'That did not work.',
    next: error instanceof RequestError ? error.next : null,
  });
}

function show(toast: Omit<Toast, 'id'>): number {
  lastId += 1;
  toasts = [...toasts.slice(-3), { ...toast, id: lastId }];
  for (const listener of listeners) listener();
  return lastId;
}

function close(id: number): void {
  toasts = toasts.filter((toast) => toast.id !== id);
  for (const listener of listeners) listener();
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div
      aria-live="polite"
      className="fixed right-3 bottom-3 z-50 flex w-88 max-w-[calc(100vw-1.5rem)] flex-col gap-2"
    >
      {shown.map(({ id, tone, text, next }) => (
        <div
          key={id}
          className={`flex items-start gap-2 rounded-lg border bg-panel px-3 py-2.5 text-sm shadow-lg ${tone === 'bad' ? 'border-bad' : 'border-line'}`}
        >
          <div className="min-w-0 flex-1">
            <p className={tone === 'bad' ? 'text-bad' : ''}>{text}</p>
            {next !== null && <p className="mt-0.5 text-xs text-muted">{next}</p>}
          </div>
          <button
            type="button"
            aria-label="Close"
            className="text-muted hover:text-ink"
            onClick={() => close(id)}
          >
            <X size={15} aria-hidden />
          </button>
        </div>
      ))}
    </div>
  );
}
