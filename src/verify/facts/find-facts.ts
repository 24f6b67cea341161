import type { Diagnostic } from '../../domain/verdict.ts';
import { exportersOf } from './exporters.ts';
import { fixFacts } from './fix-command.ts';
import { importPathFacts } from './import-path.ts';
import { importPlace, type Place } from './import-place.ts';
import { missingExportFacts } from './missing-export.ts';
import { packageFacts, scriptFacts } from './packages.ts';
import { openProject, type Project } from './project.ts';
import { tailwindFacts } from './tailwind.ts';
import { testFailureFacts } from './test-failure.ts';
import { testPlace } from './test-place.ts';
import { typeErrorFacts } from './type-error.ts';

/** A problem and the command that its check says mends such problems. */
export interface FactProblem {
  readonly diagnostic: Diagnostic;
  readonly fix: readonly string[] | null;
}

export interface FactsRequest {
  readonly root: string;
  /** Files of the commit, relative. */
  readonly files: readonly string[];
  readonly problems: readonly FactProblem[];
  readonly budgetMs: number;
  /** Milliseconds from any start; of the processor rather than of the clock, so that a busy machine costs no facts. */
  readonly now: () => number;
}

export interface Fact {
  readonly text: string | null;
  /** Where it is, for a problem whose tool names a file and no line. */
  readonly place: Place | null;
}

const NOTHING: Fact = { text: null, place: null };

/**
 * What the tree knows about each problem. Reads names, runs nothing; what the tree says beyond names is
 * at most one line of a file. Ends when its time is used up: later problems then go without.
 */
export function findFacts({ root, files, problems, budgetMs, now }: FactsRequest): Fact[] {
  const end = now() + budgetMs;
  const project = openProject({ root, files, hasTime: () => now() < end });
  const facts = new Map<FactProblem, Fact>();
  const scans = (problem: FactProblem) => SCANNING.indexOf(problem.diagnostic.category);
  for (const problem of problems.toSorted((a, b) => scans(a) - scans(b))) {
    facts.set(problem, project.hasTime() ? factOf(problem, project) : NOTHING);
  }
  return problems.map((problem) => facts.get(problem) ?? NOTHING);
}

/** Categories that may have to read the whole tree: they come last, so that they cannot use up the time of the others. */
const SCANNING = ['missing_export', 'undefined_symbol'];

const LONGEST = 700;

function factOf({ diagnostic, fix }: FactProblem, project: Project): Fact {
  return {
    text: shortened(orNull(() => byCategory(diagnostic, fix, project))),
    place: orNull(() => importPlace(diagnostic, project) ?? testPlace(diagnostic, project)),
  };
}

/** A fact is a courtesy: a tree that cannot be understood (a broken tsconfig, a file that vanished) costs this one only. */
function orNull<T>(find: () => T | null): T | null {
  try {
    return find();
  } catch {
    return null;
  }
}

function shortened(text: string | null): string | null {
  return text !== null && text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function byCategory(diagnostic: Diagnostic, fix: readonly string[] | null, project: Project): string | null {
  switch (diagnostic.category) {
    case 'missing_export':
      return missingExportFacts(diagnostic, project);
    case 'import_resolution':
      return importPathFacts(diagnostic, project);
    case 'undefined_symbol':
      return diagnostic.symbol ? exportersOf(diagnostic.symbol, { project, near: diagnostic.file }) : null;
    case 'missing_dependency':
      return packageFacts(diagnostic, project);
    case 'tailwind_invalid_class':
      return tailwindFacts(diagnostic, project);
    case 'test_failure':
      return testFailureFacts(diagnostic, project);
    case 'type_error':
      return typeErrorFacts(diagnostic, project);
    case 'lint':
    case 'format':
      return fixFacts(diagnostic, fix, project);
    case 'config_error':
      return scriptFacts(diagnostic, project);
    default:
      return null;
  }
}
