import { runyardError } from '../domain/errors/runyard-error.ts';
import type { SourceRef } from './source-refs.ts';

/** What a delivery puts under which names. */
export interface DeliveryNames {
  /** Short names. */
  readonly branch: string;
  readonly tag: { readonly name: string; readonly message: string };
  readonly commit: string;
  readonly baseCommit: string;
}

export function fullNames({ branch, tag }: DeliveryNames): { readonly branch: string; readonly tag: string } {
  return { branch: `refs/heads/${branch}`, tag: `refs/tags/${tag.name}` };
}

/** Which of the two are there as wanted. Throws if one is there for something else. */
export function checkExisting(
  names: DeliveryNames,
  refs: ReadonlyMap<string, SourceRef>,
): { readonly branch: boolean; readonly tag: boolean } {
  const full = fullNames(names);
  const branch = refs.get(full.branch);
  const tag = refs.get(full.tag);
  if (branch !== undefined && branch.commit !== names.commit) {
    throw runyardError('git.branch-exists', { branch: names.branch, commit: branch.commit });
  }
  if (tag !== undefined && tag.commit !== names.baseCommit) {
    throw runyardError('git.tag-exists', { tag: names.tag.name, commit: tag.commit });
  }
  return { branch: branch !== undefined, tag: tag !== undefined };
}
