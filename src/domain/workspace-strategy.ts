/**
 * How the files of a commit come into a work tree.
 * `overlay`: a mount over a prepared checkout that is shared and never written to; what the run changes lies in a layer of its own.
 * `checkout`: every file is written.
 */
export const workspaceStrategies = ['overlay', 'checkout'] as const;
export type WorkspaceStrategy = (typeof workspaceStrategies)[number];

/** What a host can do, and why, in a sentence. */
export interface StrategyFinding {
  readonly strategy: WorkspaceStrategy;
  readonly why: string;
  /** What would make it faster; null: nothing. */
  readonly next: string | null;
}

export interface StrategyFacts {
  readonly wanted: WorkspaceStrategy | 'auto';
  readonly platform: string;
  readonly isRoot: boolean;
  /** unshare, mount and sh are there. */
  readonly missingProgram: string | null;
  /** An absolute path. */
  readonly dataDir: string;
}

/** What mount options cannot hold without quoting, which differs between versions of mount. */
const UNMOUNTABLE = /[,:\\"\s]/;

export function isMountable(path: string): boolean {
  return !UNMOUNTABLE.test(path);
}

/** What is known without trying; null: a trial mount decides. */
export function strategyWithoutTrial(facts: StrategyFacts): StrategyFinding | null {
  const { wanted, platform, isRoot, missingProgram, dataDir } = facts;
  if (wanted === 'checkout') return { strategy: 'checkout', why: 'It is set so.', next: SET_AUTO };
  const checkout = (why: string, next: string | null): StrategyFinding => ({
    strategy: 'checkout',
    why,
    next,
  });
  if (platform !== 'linux') return checkout(`Overlay mounts need Linux, and this is ${platform}.`, null);
  if (!isRoot)
    return checkout('Only root may mount.', 'Nothing must be done. Large repositories start faster as root.');
  if (missingProgram !== null) return checkout(`The program ${missingProgram} is not installed.`, INSTALL);
  if (isMountable(dataDir)) return null;
  return checkout(
    `The path of the data folder has a character that mount options cannot hold: ${dataDir}`,
    'Choose a data folder without space, comma, colon, quote and backslash in its path.',
  );
}

/** From the outcome of the trial; `problem` is null when it worked. */
export function strategyAfterTrial(problem: string | null): StrategyFinding {
  if (problem === null)
    return {
      strategy: 'overlay',
      why: 'A trial mount in the data folder works. Repositories with few files are checked out all the same.',
      next: null,
    };
  return {
    strategy: 'checkout',
    why: `An overlay mount in the data folder does not work: ${problem}`,
    next: 'In a container: give it CAP_SYS_ADMIN, and a data folder on a volume that is not an overlay itself.',
  };
}

const SET_AUTO = 'Set workspace.strategy to auto in runyard.yaml to use overlay mounts where they work.';
const INSTALL = 'Install util-linux (unshare, mount, nsenter).';

/** Files of the base tree, below which a checkout is as fast as a mount (bench/results/workspace.json). */
const FEWEST_FILES = 1000;

/** From how many files on a work tree is mounted. Who asks for overlays gets them always. */
export function fewestFilesFor(wanted: WorkspaceStrategy | 'auto'): number {
  return wanted === 'overlay' ? 0 : FEWEST_FILES;
}

/** Paths; with more a layer of its own is worth making. */
const MOST_DIFFERENT = 1000;

export interface LayerFacts {
  /** The layer of the very commit is there. */
  readonly hasExact: boolean;
  /** What differs between the commit and the layer that was used last; null: there is none, or it cannot be compared. */
  readonly changedSinceLatest: readonly string[] | null;
  /** Files of the commit, or a number they cannot exceed. */
  readonly files: number;
  readonly fewestFiles: number;
}

export type LayerChoice = 'exact' | 'latest' | 'make' | 'none';

/**
 * Which prepared checkout a work tree is mounted over. A layer of another commit only serves while no attributes changed: they decide the
 * content of files that did not.
 */
export function chooseLayer({ hasExact, changedSinceLatest, files, fewestFiles }: LayerFacts): LayerChoice {
  if (hasExact) return 'exact';
  if (files < fewestFiles) return 'none';
  if (changedSinceLatest === null || changedSinceLatest.length > MOST_DIFFERENT) return 'make';
  return changedSinceLatest.some(isAttributesFile) ? 'make' : 'latest';
}

function isAttributesFile(path: string): boolean {
  return path === '.gitattributes' || path.endsWith('/.gitattributes');
}

export interface LayerUse {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
  readonly isMounted: boolean;
}

const MOST_LAYERS_OF_A_REPOSITORY = 3;
const RECENT_MS = 60 * 60_000;

/** Of one repository: all but the few used last, what is mounted, and what was used a moment ago. */
export function layersToRemove(layers: readonly LayerUse[], now: number): string[] {
  return [...layers]
    .sort((a, b) => b.usedAt - a.usedAt)
    .slice(MOST_LAYERS_OF_A_REPOSITORY)
    .filter(({ isMounted, usedAt }) => !isMounted && now - usedAt > RECENT_MS)
    .map(({ name }) => name);
}
