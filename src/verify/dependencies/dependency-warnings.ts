import { type Manifest, parseManifest } from '../detect/manifest.ts';

/** What a change does to the packages of package.json, for whoever reviews it. */
export function dependencyWarnings(baseText: string | null, headText: string | null): string[] {
  const before = packagesOf(baseText);
  const after = packagesOf(headText);
  const added = [...after].filter(([name]) => !before.has(name)).map(([name, range]) => `${name}@${range}`);
  const changed = [...after].flatMap(([name, range]) => {
    const old = before.get(name);
    return old !== undefined && old !== range ? [`${name} ${old} → ${range}`] : [];
  });
  const removed = [...before.keys()].filter((name) => !after.has(name));
  return [
    ...(added.length > 0 ? [`The change adds packages: ${added.join(', ')}.`] : []),
    ...(changed.length > 0 ? [`The change moves packages to other versions: ${changed.join(', ')}.`] : []),
    ...(removed.length > 0 ? [`The change removes packages: ${removed.join(', ')}.`] : []),
  ];
}

function packagesOf(text: string | null): ReadonlyMap<string, string> {
  const parsed = parseManifest(text ?? undefined);
  return parsed.kind === 'manifest' ? groups(parsed.manifest) : new Map();
}

function groups({
  dependencies,
  devDependencies,
  optionalDependencies,
  peerDependencies,
}: Manifest): ReadonlyMap<string, string> {
  return new Map(
    Object.entries({ ...peerDependencies, ...optionalDependencies, ...devDependencies, ...dependencies }),
  );
}
