import { checkExisting, type DeliveryNames, fullNames } from './delivery-names.ts';
import type { SourceRef } from './source-refs.ts';

export interface MissingRefs<Ref> {
  readonly wanted: readonly Ref[];
  readonly names: DeliveryNames;
  /** Called before each try; it throws when there must be none. */
  readonly confirm?: (() => Promise<void>) | undefined;
  /** Makes all of them or none; throws where it does not. */
  readonly create: (refs: readonly Ref[]) => Promise<void>;
  readonly look: () => Promise<ReadonlyMap<string, SourceRef>>;
}

/**
 * Makes branch and tag of a delivery. An earlier or a faster delivery of the same run, whole or in part, is the same outcome; a name that others use
 * is not. Gives `found` when in the end all of them were there.
 */
export async function createMissing<Ref extends { readonly name: string }>(
  options: MissingRefs<Ref>,
): Promise<'made' | 'found'> {
  const { wanted, names, confirm, create, look } = options;
  const { branch } = fullNames(names);
  for (let missing = wanted; ; ) {
    await confirm?.();
    try {
      await create(missing);
      return 'made';
    } catch (error) {
      const there = checkExisting(names, await look());
      const left = wanted.filter(({ name }) => !(name === branch ? there.branch : there.tag));
      if (left.length === 0) return 'found';
      if (left.length === missing.length) throw error;
      missing = left;
    }
  }
}
