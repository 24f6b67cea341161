import type { ReactNode } from 'react';

/** A name and what it is, in a `dl`. */
export function Fact({
  label,
  children,
  wide = false,
}: {
  label: string;
  children: ReactNode;
  wide?: boolean;
}) {
  return (
    <div className={`min-w-0 ${wide ? 'col-span-full' : ''}`}>
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="numbers mt-0.5">{children}</dd>
    </div>
  );
}
