import type { ReactNode } from 'react';

/** What may be wider than its place, tables above all: it scrolls by itself, with the keyboard too, and never widens the page. */
export function ScrollX({ children }: { children: ReactNode }) {
  return (
    <div tabIndex={0} role="group" className="relative overflow-x-auto">
      {children}
    </div>
  );
}
