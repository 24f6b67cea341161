import { dependencySuspicion } from '../new-dependencies.ts';
import type { Change, Suspicion } from '../types.ts';
import { isForeign, type NewPackage, newPackages } from './new-packages.ts';
import type { PackageFacts, PackageLookUp } from './npm-view.ts';
import { popularPackages } from './popular-packages.ts';

const MOST_LOOKED_UP = 20;
const AT_ONCE = 4;
const DAY_MS = 24 * 60 * 60 * 1000;
const YOUNG_DAYS = 30;
const OLD_DAYS = 5 * 365;

export interface LookedUp {
  readonly suspicions: readonly Suspicion[];
  readonly warnings: readonly string[];
}

/** What a registry says of new packages: whether they exist, how old they are, whether installing them runs a program of theirs. */
export async function lookUpPackages(
  change: Change,
  { lookUp, now }: { lookUp: PackageLookUp | null; now: Date },
): Promise<LookedUp> {
  const added = packagesToLookUp(change);
  if (added.length === 0) return { suspicions: [], warnings: [] };
  if (lookUp === null)
    return {
      suspicions: [],
      warnings: [`New packages were not looked up in a registry, as there is no network: ${namesOf(added)}.`],
    };
  const asked = added.slice(0, MOST_LOOKED_UP);
  const facts = new Map<NewPackage, PackageFacts>();
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    await Promise.all(
      asked.slice(at, at + AT_ONCE).map(async (each) => facts.set(each, await lookUp(each.name, each.range))),
    );
  }
  const silent = asked.filter((each) => facts.get(each)?.kind === 'unknown');
  const why = [...facts.values()].find((each) => each.kind === 'unknown')?.why ?? '';
  const unasked = added.slice(MOST_LOOKED_UP);
  return {
    suspicions: asked.flatMap((each) => judge(each, { facts: facts.get(each), now })),
    warnings: [
      ...(silent.length > 0
        ? [`The registry could not be asked about new packages (${why}): ${namesOf(silent)}.`]
        : []),
      ...(unasked.length > 0
        ? [`Only ${MOST_LOOKED_UP} new packages were looked up; not: ${namesOf(unasked)}.`]
        : []),
    ],
  };
}

/** New packages whose names and versions a registry may know. */
export function packagesToLookUp(change: Change): readonly NewPackage[] {
  return distinct(newPackages(change)).filter(
    ({ name, range }) =>
      /^[\w@][\w./~-]*$/.test(name) && !isForeign(range) && !/^(?:npm|catalog|patch):/.test(range),
  );
}

function judge(
  added: NewPackage,
  { facts, now }: { facts: PackageFacts | undefined; now: Date },
): Suspicion[] {
  if (!facts || facts.kind === 'unknown') return [];
  if (facts.kind === 'missing')
    return [
      dependencySuspicion(added, {
        weight: 'certain',
        what: 'does not exist in the registry',
        hint: 'The name may be invented: use what the repository already has.',
      }),
    ];
  if (facts.kind === 'no-version')
    return [
      dependencySuspicion(added, {
        weight: 'certain',
        what: 'has no version that fits',
        hint: 'Name a version that exists.',
      }),
    ];
  const isKnown = popularPackages.has(added.name);
  const days = (date: Date | null) => (date === null ? null : (now.getTime() - date.getTime()) / DAY_MS);
  const age = days(facts.createdAt);
  const quiet = days(facts.modifiedAt);
  return [
    ...(facts.hasInstallScript
      ? [
          dependencySuspicion(added, {
            weight: isKnown ? 'doubtful' : 'certain',
            what: 'runs a program of its own when it is installed',
          }),
        ]
      : []),
    ...(age !== null && age < YOUNG_DAYS
      ? [
          dependencySuspicion(added, {
            weight: 'certain',
            what: `exists for ${Math.max(0, Math.floor(age))} days only`,
          }),
        ]
      : []),
    ...(facts.deprecated !== null
      ? [
          dependencySuspicion(added, {
            weight: 'doubtful',
            what: `is deprecated: ${facts.deprecated.slice(0, 120)}`,
          }),
        ]
      : []),
    ...(quiet !== null && quiet > OLD_DAYS && !isKnown
      ? [
          dependencySuspicion(added, {
            weight: 'doubtful',
            what: `was not published for ${Math.floor(quiet / 365)} years`,
          }),
        ]
      : []),
  ];
}

function distinct(packages: readonly NewPackage[]): NewPackage[] {
  return [...new Map(packages.map((each) => [`${each.name}@${each.range}`, each])).values()];
}

function namesOf(packages: readonly NewPackage[]): string {
  return packages
    .slice(0, MOST_LOOKED_UP)
    .map(({ name }) => name)
    .join(', ');
}
