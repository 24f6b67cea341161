import type { Diagnostic } from '../../domain/verdict.ts';
import { parseBiome, parseOxlint } from './biome-oxlint.ts';
import { parseCargo } from './cargo.ts';
import { parseEsbuild } from './esbuild.ts';
import { parseEslint } from './eslint.ts';
import { parseGo } from './go.ts';
import { parseJest } from './jest.ts';
import { parseMocha } from './mocha.ts';
import { parseNext } from './next.ts';
import { parseNodeRuntime } from './node-runtime.ts';
import { parseNodeTest } from './node-test.ts';
import { parseAva, parseBun, parsePlaywright } from './other-runners.ts';
import { parsePackages } from './packages.ts';
import { parseParcel } from './parcel.ts';
import { toLines } from './plain-text.ts';
import { parsePrettier } from './prettier.ts';
import { type Parser, type Problem, toDiagnostic } from './problem.ts';
import { parsePytest } from './pytest.ts';
import { parsePythonLinters } from './python-linters.ts';
import { parseRollup } from './rollup.ts';
import { parseStandard } from './standard.ts';
import { parseStyles } from './styles.ts';
import { parseTap } from './tap.ts';
import { parseTapReporters } from './tap-reporters.ts';
import { parseTsc } from './tsc.ts';
import { parseUnittest } from './unittest.ts';
import { parseUvu } from './uvu.ts';
import { parseVitest } from './vitest.ts';
import { parseWebpack } from './webpack.ts';

/** Every parser recognises its own tool, so a script that runs several tools gives the problems of all of them. */
const PARSERS: readonly (readonly [tool: string, parse: Parser])[] = [
  ['tsc', parseTsc],
  ['eslint', parseEslint],
  ['standard', parseStandard],
  ['biome', parseBiome],
  ['oxlint', parseOxlint],
  ['prettier', parsePrettier],
  ['vitest', parseVitest],
  ['jest', parseJest],
  ['mocha', parseMocha],
  ['node-test', parseNodeTest],
  ['tap', parseTap],
  ['tap', parseTapReporters],
  ['uvu', parseUvu],
  ['ava', parseAva],
  ['playwright', parsePlaywright],
  ['bun', parseBun],
  ['pytest', parsePytest],
  ['unittest', parseUnittest],
  ['python-lint', parsePythonLinters],
  ['go', parseGo],
  ['cargo', parseCargo],
  ['esbuild', parseEsbuild],
  ['webpack', parseWebpack],
  ['rollup', parseRollup],
  ['next', parseNext],
  ['parcel', parseParcel],
  ['styles', parseStyles],
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
