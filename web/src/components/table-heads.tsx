import type { ReactNode } from 'react';

/** A title, or with the classes that its column has. */
type Head = string | readonly [title: ReactNode, className: string];

export function TableHeads({ heads }: { heads: readonly Head[] }) {
  return (
    <thead>
      <tr>
        {heads.map((head, index) => {
          const [title, className] = typeof head === 'string' ? [head, undefined] : head;
          return (
            <th key={typeof title === 'string' ? title : index} scope="col" className={className}>
              {title}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
