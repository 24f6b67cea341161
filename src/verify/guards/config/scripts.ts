import { parseManifest } from '../../detect/manifest.ts';
import { loweredCoverage } from './coverage-gate.ts';
import type { Loosening } from './loosened.ts';
import { narrowedTests } from './narrowed.ts';

const CHECKS =
  /(?:^|:|-)(?:test|tests|lint|typecheck|type-check|types|tsc|check|checks|ci|verify|validate|format|prettier|eslint|unit|integration|coverage|build|pretest|posttest|precommit|pre-commit|prepare|prepublishOnly|e2e)(?::|-|$)/;
/** What makes a command succeed whatever it finds. */
const ALWAYS_SUCCEEDS =
  /\|\|\s*(?:true|:|exit 0|echo\b)|;\s*(?:true|exit 0|:)\s*$|--pass-?[wW]ith-?[nN]o-?[tT]ests|--no-verify|--exit-zero|--no-error-on-unmatched-pattern|--quiet|--no-fail|--continue-on-error|--bail=?0|--noCheck|--skipLibCheck|--testPathIgnorePatterns|--exclude|--update(?:Snapshot)?\b|(?:^|\s)-u(?:\s|$)|--transpile-only|--no-strict|--strict(?:\s+|=)false|--allow-only|--no-coverage|--disable-coverage|--allow-(?:incomplete|empty)-coverage|--no-check-coverage|--max-warnings/;
const DOES_NOTHING = /^(?:true|:|exit 0|echo(?:\s[^&|;]*)?|node -e ["']?(?:process\.exit\(0\))?["']?)$/;

/** Scripts of package.json that check less than before. */
export function scriptLoosenings(before: string | null, after: string | null): Loosening[] {
  const old = scriptsOf(before);
  const now = scriptsOf(after);
  if (!old || !now) return [];
  const everything = Object.values(now).join(' ; ');
  return Object.entries(old).flatMap(([name, command]) => {
    const next = now[name];
    if (next === command || !CHECKS.test(name)) return [];
    return judge({ name, command, next, everything }) ?? [];
  });
}

interface Script {
  readonly name: string;
  readonly command: string;
  readonly next: string | undefined;
  readonly everything: string;
}

function judge({ name, command, next, everything }: Script): Loosening | null {
  const path = `scripts.${name}`;
  if (next === undefined) return removedScript({ name, command, next, everything });
  if (DOES_NOTHING.test(next.trim()) && !DOES_NOTHING.test(command.trim()))
    return { weight: 'certain', path, before: command, after: next };
  const lowered = loweredCoverage(command, { next, everything });
  if (lowered) return { weight: lowered, path, before: command, after: next };
  if (isRaised(command, next)) return { weight: 'doubtful', path, before: command, after: next };
  const [found] = ALWAYS_SUCCEEDS.exec(next) ?? [];
  if (found !== undefined && !command.includes(found.trim())) {
    const isSure = /\|\||;|pass-?[wW]ith|no-verify|exit-zero|noCheck|continue-on-error|no-fail/.test(found);
    if (isSure || !/max-warnings|exclude|quiet|unmatched/.test(found) || isRaised(command, next)) {
      return { weight: isSure ? 'certain' : 'doubtful', path, before: command, after: next };
    }
  }
  const narrowed = narrowedTests(command, next);
  if (narrowed) return { weight: narrowed, path, before: command, after: next };
  const kept = kindsOf(everything);
  const lost = [...kindsOf(command)].some((kind) => !kept.has(kind));
  return lost ? { weight: 'doubtful', path, before: command, after: next } : null;
}

const PLACEHOLDER = /no test specified/;

/** A script named `test` is what everybody runs: without it nothing is tested, whatever it called. */
function removedScript({ name, command, everything }: Script): Loosening | null {
  if (DOES_NOTHING.test(command) || PLACEHOLDER.test(command)) return null;
  const isRenamed = everything.includes(command);
  if (isRenamed && name !== 'test') return null;
  const kinds = kindsOf(command);
  const kept = kindsOf(everything);
  const isTest = name === 'test' || kinds.has('tests');
  const isKept = [...kinds].every((kind) => kept.has(kind)) && (kinds.size > 0 || !isTest);
  if (isKept && !isRenamed) return null;
  return {
    weight: isTest && !isRenamed ? 'certain' : 'doubtful',
    path: `scripts.${name}`,
    before: command,
    after: '(removed)',
  };
}

function isRaised(command: string, next: string): boolean {
  const most = (text: string) => Number(/--max-warnings[= ](\d+)/.exec(text)?.[1] ?? Number.NaN);
  return (
    most(next) > most(command) || (/--(?:exclude|quiet)/.test(next) && !/--(?:exclude|quiet)/.test(command))
  );
}

const KINDS: readonly (readonly [string, RegExp])[] = [
  [
    'tests',
    /\b(?:vitest|jest|mocha|ava|tap|tape|borp|jasmine|karma|playwright|cypress|pytest)\b|\bnode\b[^&|;]*--test\b|\bnode\b[^&|;]*\btests?\b|\b(?:bun|deno) test\b/,
  ],
  ['types', /\b(?:tsc|tsd|tstyche|vue-tsc|svelte-check|attw)\b/],
  ['lint', /\b(?:eslint|oxlint|biome|xo|standard|neostandard|stylelint|prettier|dprint|knip)\b/],
];

/** What kinds of checks a command does; one tool may take the place of another of its kind. */
function kindsOf(command: string): ReadonlySet<string> {
  return new Set(KINDS.flatMap(([kind, pattern]) => (pattern.test(command) ? [kind] : [])));
}

function scriptsOf(text: string | null): Readonly<Record<string, string>> | null {
  const parsed = parseManifest(text ?? undefined);
  return parsed.kind === 'manifest' ? parsed.manifest.scripts : null;
}
