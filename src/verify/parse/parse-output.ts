import { posix } from 'node:path';
import type { Diagnostic } from '../../domain/verdict.ts';
import { sha256Hex } from '../../lib/canonical-json.ts';
import { parseAnnotations } from './annotations.ts';
import { parseBabel } from './babel.ts';
import { parseBiomeBrief } from './biome-brief.ts';
import { parseBiome, parseOxlint } from './biome-oxlint.ts';
import { parseBun } from './bun.ts';
import { parseCargo } from './cargo.ts';
import { parseCheckstyle } from './checkstyle.ts';
import { parseEsbuild } from './esbuild.ts';
import { parseEslint } from './eslint.ts';
import { parseEslintHtml } from './eslint-html.ts';
import { parseGo } from './go.ts';
import { parseJasmine } from './jasmine.ts';
import { parseJest } from './jest.ts';
import { parseKnip } from './knip.ts';
import { parseLintJson } from './lint-json.ts';
import { parseLintTap } from './lint-tap.ts';
import { parseMocha } from './mocha.ts';
import { parseNext } from './next.ts';
import { parseNodeRuntime } from './node-runtime.ts';
import { parseNodeTest } from './node-test.ts';
import { parseAva, parsePlaywright } from './other-runners.ts';
import { type PackageSection, packageSections } from './package-sections.ts';
import { parsePackages } from './packages.ts';
import { parseParcel } from './parcel.ts';
import { parsePipelineMessages } from './pipeline-messages.ts';
import { toLines, withPrefixes } from './plain-text.ts';
import { parsePrettier } from './prettier.ts';
import { type Parser, type Problem, toDiagnostic } from './problem.ts';
import { parsePyright } from './pyright.ts';
import { parsePytest } from './pytest.ts';
import { parsePythonLinters } from './python-linters.ts';
import { parseRollup } from './rollup.ts';
import { parseStandard } from './standard.ts';
import { parseStyles } from './styles.ts';
import { parseSvelteCheck } from './svelte-check.ts';
import { parseTap } from './tap.ts';
import { parseTapReporters } from './tap-reporters.ts';
import { parseTestJson } from './test-json.ts';
import { parseTestXml } from './test-xml.ts';
import { parseTextLinters } from './text-linters.ts';
import { parseTsc } from './tsc.ts';
import { parseUnittest } from './unittest.ts';
import { parseUvu } from './uvu.ts';
import { parseVitest } from './vitest.ts';
import { parseVitestTap } from './vitest-tap.ts';
import { parseWebpack } from './webpack.ts';
import { parseWebpackJson } from './webpack-json.ts';

/** Every parser recognises its own tool, so a script that runs several tools gives the problems of all of them. */
const PARSERS: readonly (readonly [tool: string, parse: Parser])[] = [
  ['tsc', parseTsc],
  ['svelte-check', parseSvelteCheck],
  ['eslint', parseEslint],
  ['standard', parseStandard],
  ['biome', parseBiome],
  ['biome', parseBiomeBrief],
  ['oxlint', parseOxlint],
  ['lint-report', parseLintJson],
  ['lint-report', parseCheckstyle],
  ['lint-report', parseEslintHtml],
  ['lint-report', parseLintTap],
  ['lint-report', parsePipelineMessages],
  ['prettier', parsePrettier],
  ['vitest', parseVitest],
  ['vitest', parseVitestTap],
  ['jest', parseJest],
  ['mocha', parseMocha],
  ['jasmine', parseJasmine],
  ['node-test', parseNodeTest],
  ['tap', parseTap],
  ['tap', parseTapReporters],
  ['uvu', parseUvu],
  ['test-json', parseTestJson],
  ['test-xml', parseTestXml],
  ['annotation', parseAnnotations],
  ['ava', parseAva],
  ['playwright', parsePlaywright],
  ['bun', parseBun],
  ['pytest', parsePytest],
  ['unittest', parseUnittest],
  ['python-lint', parsePythonLinters],
  ['pyright', parsePyright],
  ['go', parseGo],
  ['cargo', parseCargo],
  ['esbuild', parseEsbuild],
  ['webpack', parseWebpack],
  ['webpack', parseWebpackJson],
  ['rollup', parseRollup],
  ['next', parseNext],
  ['parcel', parseParcel],
  ['babel', parseBabel],
  ['styles', parseStyles],
  ['knip', parseKnip],
  ['text-lint', parseTextLinters],
  ['packages', parsePackages],
];

const MOST_PROBLEMS = 20_000;

/** The problems known tools name, in the order of the parsers. */
export function parseToolProblems(lines: readonly string[]): Problem[] {
  return PARSERS.flatMap(([tool, parse]) => parse(lines).map((problem) => named(problem, tool))).slice(
    0,
    MOST_PROBLEMS,
  );
}

function named(problem: Problem, tool: string): Problem {
  return problem.rule ? problem : { ...problem, rule: `${tool}/${problem.code ?? problem.category}` };
}

/** Also uncaught errors of Node, which count only where no tool reported anything. */
export function parseProblems(lines: readonly string[]): Problem[] {
  const found = parseToolProblems(lines);
  const errors = found.some((problem) => problem.severity !== 'warning');
  return errors ? found : [...found, ...parseNodeRuntime(lines).map((problem) => named(problem, 'node'))];
}

/** `root`: the folder the tool ran in; paths in it become relative. */
export function parseOutput(text: string, root: string | null): Diagnostic[] {
  return distinct(parseProblems(toLines(text)).map((problem) => toDiagnostic(problem, root)));
}

/** Where a section's lines come from: the folder of its package, and which of its files are there. */
export interface PackagePlaces {
  /** By what the output calls them: names of packages, or their folders. */
  readonly folders: ReadonlyMap<string, string>;
  /** Relative to the root. */
  readonly isFile: (path: string) => boolean;
}

/** Packages that the output of one run names; empty: it was no run in many packages. */
export function packagesNamedIn(text: string): string[] {
  return packageSections(withPrefixes(text)).flatMap(({ of }) => of ?? []);
}

/** The same of a run in many packages: files are named as seen from the root, so that equal names in two packages are two files. */
export function parseInPackages(text: string, root: string, places: PackagePlaces): Diagnostic[] {
  const whole = parseOutput(text, root);
  const sections = packageSections(withPrefixes(text), (name) => places.folders.has(name));
  const apart = distinct(sections.flatMap((section) => inSection(section, root, places)));
  // What only makes sense as a whole is not lost to the parting.
  return countErrors(apart) >= countErrors(whole) ? apart : whole;
}

function inSection({ of, lines }: PackageSection, root: string, places: PackagePlaces): Diagnostic[] {
  const folder = of === null ? undefined : places.folders.get(of);
  const found = parseProblems(lines).map((problem) => toDiagnostic(problem, root));
  if (folder === undefined) return found;
  return found.map((diagnostic) => {
    const { file } = diagnostic;
    const inside = file === null || posix.isAbsolute(file) ? null : posix.join(folder, file);
    return inside === null || !places.isFile(inside) ? diagnostic : seenFromRoot(diagnostic, folder, inside);
  });
}

/** A finding of a folder's own run, as one of the repository. */
export function seenFromRoot(diagnostic: Diagnostic, folder: string, file: string | null): Diagnostic {
  const fingerprint = sha256Hex(`${folder} ${diagnostic.fingerprint}`).slice(0, 24);
  return { ...diagnostic, file, fingerprint };
}

function countErrors(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}

/** The same problem at the same place, reported twice (by a summary, or by two steps of one script), counts once. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((diagnostic) => {
    const key = `${diagnostic.fingerprint}:${diagnostic.line ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
