import type { OpenGroup } from '../../store/open-runs.ts';

export function holdsPlace({ state }: OpenGroup): boolean {
  return state === 'starting' || state === 'running';
}

export function countWhere(groups: readonly OpenGroup[], is: (group: OpenGroup) => boolean): number {
  return groups.reduce((total, group) => (is(group) ? total + group.count : total), 0);
}

/** The limit of one name, or that of all. */
export function mostRunsOf<T extends number | null>(
  limits: Readonly<Record<string, number>>,
  name: string,
  otherwise: T,
): number | T {
  return Object.hasOwn(limits, name) ? (limits[name] ?? otherwise) : otherwise;
}
