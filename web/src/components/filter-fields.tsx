import type { ReactElement } from 'react';

export interface FilterField<Name extends string> {
  readonly name: Name;
  readonly label: string;
  readonly placeholder: string;
}

/** Fields that narrow a list down while somebody types. */
export function FilterFields<Name extends string>({
  fields,
  filter,
  onChange,
}: {
  fields: readonly FilterField<Name>[];
  filter: Readonly<Record<Name, string>>;
  onChange: (filter: Record<Name, string>) => void;
}): ReactElement {
  return (
    <div className="mb-4 flex flex-wrap gap-2" role="search">
      {fields.map(({ name, label, placeholder }) => (
        <input
          key={name}
          className="field w-full sm:w-60"
          aria-label={label}
          placeholder={placeholder}
          value={filter[name]}
          onChange={(event) => onChange({ ...filter, [name]: event.target.value })}
        />
      ))}
    </div>
  );
}
