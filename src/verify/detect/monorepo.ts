import type { Check, CheckKind } from '../../domain/verdict.ts';
import { entriesOf } from './entries.ts';
import { type Detection, type Found, type LeftOut, nothingFound, together } from './found.ts';
import { withNeeds } from './needs.ts';
import { narrowedScript, orchestrated } from './orchestrator.ts';
import { checkOf, type Detector, type Place, scriptOf, shortened, toolArgv } from './place.ts';
import type { Affected, Workspace, WorkspacePackage } from './workspace.ts';

export interface MonorepoInput {
  readonly root: Place;
  readonly workspace: Workspace;
  readonly affected: Affected;
  readonly detectors: readonly Detector[];
}

/**
 * The checks of a monorepo, kind by kind: a script of the root is taken for the whole, else the repository's task runner, else the
 * packages that the change affects are checked each by itself, and what they load from others is built first.
 */
export function inMonorepo(input: MonorepoInput): { detection: Detection; places: readonly Place[] } {
  const { root, workspace, affected, detectors } = input;
  const packages = workspace.packages.map((one) => placeOf(root, one));
  const wanted = new Set(affected.packages.map(({ folder }) => folder));
  const parts = detectors.map((detect) => {
    const own = detect(root);
    const each = packages.map((place) => ({ folder: place.folder, detection: detect(place) }));
    return choose({ own, each, root, affected, wanted });
  });
  const builds = buildsOf(parts, packages);
  const uses = new Map(workspace.packages.map((one) => [one.folder, one.uses]));
  const graph = { packages, builds, uses };
  const chosen = parts.map(({ detection, isPerPackage }) =>
    isPerPackage ? onlyIn(detection, wanted) : detection,
  );
  const upstream = neededBuilds(
    chosen.flatMap(({ found }) => found),
    graph,
  );
  const all = together([...chosen, { ...nothingFound, found: upstream }]);
  const found = inOrder(needed(distinct(all.found), { root, graph }));
  const folders = new Set(found.map(({ check }) => check.folder));
  return {
    detection: { ...all, found },
    places: [root, ...packages.filter(({ folder }) => folders.has(folder))],
  };
}

function placeOf(root: Place, { folder, manifest }: WorkspacePackage): Place {
  return { ...root, folder, manifest };
}

interface Choice {
  readonly detection: Detection;
  readonly isPerPackage: boolean;
}

interface Candidates {
  readonly own: Detection;
  readonly each: readonly { readonly folder: string; readonly detection: Detection }[];
  readonly root: Place;
  readonly affected: Affected;
  /** Folders of the affected packages. */
  readonly wanted: ReadonlySet<string>;
}

function choose({ own, each, root, affected, wanted }: Candidates): Choice {
  const [whole] = own.found;
  const scripted = each.flatMap(({ detection }) =>
    detection.found.filter(({ check }) => scriptOf(check) !== null),
  );
  const [first] = scripted;
  if (whole && scriptOf(whole.check) !== null) {
    const left = notRunByThemselves(whole.check, scripted);
    const found = [narrowed(whole, root, affected)];
    return { detection: { ...own, found, leftOut: [...own.leftOut, ...left] }, isPerPackage: false };
  }
  const runner = first && orchestrated(root, scriptOf(first.check) ?? '');
  if (first && runner)
    return { detection: viaRunner({ first, runner, root, affected }), isPerPackage: false };
  if (whole && !first) return { detection: own, isPerPackage: false };
  // Builds of the others may be needed; what is said about them is not.
  const all = each.map(({ folder, detection }) =>
    wanted.has(folder) ? detection : { ...nothingFound, found: detection.found },
  );
  return { detection: together([{ ...own, found: [] }, ...all]), isPerPackage: true };
}

function notRunByThemselves({ kind }: Check, scripted: readonly Found[]): LeftOut[] {
  const [first] = scripted;
  if (!first) return [];
  const count = scripted.length === 1 ? 'one package' : `${scripted.length} packages`;
  const why = 'the script of the root is taken for the whole';
  return [{ what: `${kind} of ${count}`, source: first.check.source, why }];
}

/** The script of the root, for the affected packages only where it is one plain call of a tool that can be told so. */
function narrowed({ check, reasons }: Found, root: Place, affected: Affected): Found {
  const script = root.manifest.scripts[scriptOf(check) ?? ''] ?? '';
  const few = narrowedScript(script, affected, check.kind);
  return few
    ? { check: { ...check, argv: toolArgv(root, few.argv) }, reasons: [...reasons, few.reason] }
    : { check, reasons };
}

interface ViaRunner {
  readonly first: Found;
  readonly runner: { readonly argv: readonly string[]; readonly reason: string };
  readonly root: Place;
  readonly affected: Affected;
}

function viaRunner({ first, runner, root, affected }: ViaRunner): Detection {
  const { kind } = first.check;
  const few = narrowedScript(shellWords(runner.argv), affected, kind);
  const argv = toolArgv(root, few?.argv ?? runner.argv);
  const check = checkOf(root, { kind, argv, source: first.check.source });
  const script = shortened(scriptOf(first.check) ?? '');
  const reasons = [`packages have the script "${script}", the root has none`, runner.reason];
  return { ...nothingFound, found: [{ check, reasons: few ? [...reasons, few.reason] : reasons }] };
}

/** Quoted, as a name of a script may hold anything. */
function shellWords(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", '')}'`).join(' ');
}

function onlyIn(detection: Detection, folders: ReadonlySet<string>): Detection {
  return { ...detection, found: detection.found.filter(({ check }) => folders.has(check.folder ?? '')) };
}

interface Builds {
  /** Of the root, for all packages. */
  readonly whole: Found | null;
  readonly byFolder: ReadonlyMap<string, Found>;
  readonly isBuilt: ReadonlySet<string>;
}

/** Which packages are loaded from files that a build makes, and what builds them. */
function buildsOf(parts: readonly Choice[], packages: readonly Place[]): Builds {
  const found = parts
    .flatMap(({ detection }) => detection.found)
    .filter(({ check }) => check.kind === 'build');
  const whole = found.find(({ check }) => check.folder === undefined) ?? null;
  const byFolder = new Map(
    found.flatMap((one) => (one.check.folder === undefined ? [] : [[one.check.folder, one]])),
  );
  const isBuilt = new Set(
    packages.filter((place) => entriesOf(place) === 'built').map(({ folder }) => folder),
  );
  return { whole, byFolder, isBuilt };
}

interface Graph {
  readonly packages: readonly Place[];
  readonly builds: Builds;
  /** Folders that a folder uses. */
  readonly uses: ReadonlyMap<string, readonly string[]>;
}

/** Builds that make what a package loads from others of the workspace: of those it uses, or of those they use in turn. */
function upstreamOf(folders: readonly string[], { builds, uses }: Graph): Found[] {
  const pending = folders.flatMap((folder) => uses.get(folder) ?? []);
  const seen = new Set<string>();
  const found: Found[] = [];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    if (seen.has(folder)) continue;
    seen.add(folder);
    const own = builds.isBuilt.has(folder) ? (builds.byFolder.get(folder) ?? builds.whole) : null;
    if (own) found.push(own);
    else pending.push(...(uses.get(folder) ?? []));
  }
  return found;
}

/** Builds that nobody asked for but that others need, and those that they need. */
function neededBuilds(found: readonly Found[], graph: Graph): Found[] {
  const everywhere = [...graph.uses.keys()];
  const names = new Set(found.map(({ check }) => check.name));
  const added: Found[] = [];
  const pending = found.map(({ check }) => check.folder ?? null);
  const seen = new Set<string | null>();
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    if (seen.has(folder)) continue;
    seen.add(folder);
    for (const build of upstreamOf(folder === null ? everywhere : [folder], graph)) {
      if (names.has(build.check.name)) continue;
      names.add(build.check.name);
      added.push({ ...build, reasons: [...build.reasons, 'other packages load what it builds'] });
      pending.push(build.check.folder ?? null);
    }
  }
  return added;
}

function distinct(found: readonly Found[]): Found[] {
  return [...new Map(found.map((one) => [one.check.name, one])).values()];
}

function needed(found: readonly Found[], { root, graph }: { root: Place; graph: Graph }): Found[] {
  const everywhere = [...graph.uses.keys()];
  const places = new Map([root, ...graph.packages].map((place) => [place.folder, place]));
  const byFolder = Map.groupBy(found, ({ check }) => check.folder ?? '');
  const result: Found[] = [];
  for (const folder of ['', ...everywhere]) {
    const own = byFolder.get(folder);
    if (!own) continue;
    const place = places.get(folder) ?? root;
    const upstream = upstreamOf(folder === '' ? everywhere : [folder], graph).map(({ check }) => check.name);
    const facts = { manifest: place.manifest, entries: entriesOf(place), upstream };
    const checks = withNeeds(
      own.map(({ check }) => check),
      facts,
    );
    result.push(
      ...own.map((one, index) => ({
        ...one,
        check: forPackage(checks[index] ?? one.check, { own, upstream }),
      })),
    );
  }
  return result;
}

/** In a package "everything before it" would be other packages too: its own checks and what it loads from others are enough. */
function forPackage(
  check: Check,
  { own, upstream }: { own: readonly Found[]; upstream: readonly string[] },
): Check {
  const withoutItself = (names: readonly string[]) =>
    [...new Set(names)].filter((name) => name !== check.name);
  if (check.needs !== undefined) return { ...check, needs: withoutItself(check.needs) };
  if (check.folder === undefined) return check;
  const before = own
    .slice(
      0,
      own.findIndex((one) => one.check.name === check.name),
    )
    .map((one) => one.check.name);
  return { ...check, needs: withoutItself([...upstream, ...before]) };
}

const KINDS: readonly CheckKind[] = ['typecheck', 'lint', 'format', 'build', 'test'];

/** By kind, but never before what a check needs. */
function inOrder(found: readonly Found[]): Found[] {
  const byName = new Map(found.map((one) => [one.check.name, one]));
  const byKind = KINDS.flatMap((kind) => found.filter(({ check }) => check.kind === kind));
  const placed = new Set<string>();
  const ordered: Found[] = [];
  const place = (one: Found) => {
    if (placed.has(one.check.name)) return;
    placed.add(one.check.name);
    for (const name of one.check.needs ?? []) {
      const other = byName.get(name);
      if (other) place(other);
    }
    ordered.push(one);
  };
  for (const one of byKind) place(one);
  return ordered;
}
