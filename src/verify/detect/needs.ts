import type { Check } from '../../domain/verdict.ts';
import type { Entries } from './entries.ts';
import type { Manifest } from './manifest.ts';
import { scriptOf } from './place.ts';
import { invocationsOf, toolsOf } from './script.ts';

/** The checks of one folder, and what is known about the files they make for each other. */
export interface Facts {
  readonly manifest: Manifest;
  readonly entries: Entries;
  /** Builds of other packages whose output this folder loads. */
  readonly upstream: readonly string[];
}

/**
 * What each check of a folder has to wait for (`Check.needs`). Absent where it is not sure that less than everything before it would do:
 * a check that starts too early fails for no reason of the change, which is worse than one that starts late.
 */
export function withNeeds(checks: readonly Check[], facts: Facts): Check[] {
  const build = checks.find(({ kind }) => kind === 'build');
  return checks.map((check) => {
    const needs = needsOf(check, { checks, build, facts });
    return needs === null ? check : { ...check, needs: [...new Set(needs)] };
  });
}

interface Around {
  readonly checks: readonly Check[];
  readonly build: Check | undefined;
  readonly facts: Facts;
}

function needsOf(check: Check, { checks, build, facts }: Around): readonly string[] | null {
  const { upstream, manifest } = facts;
  switch (check.kind) {
    case 'format':
      return [];
    case 'typecheck':
    case 'lint':
      return upstream;
    case 'build':
      return checks.some((other) => other.kind === 'typecheck' && emits(other, manifest)) ||
        generates(manifest)
        ? null
        : upstream;
    case 'imports':
      return checks.some((other) => emits(other, manifest)) ? null : build ? [build.name] : [];
    case 'test':
      return afterBuild(check, { checks, build, facts });
    default:
      return null;
  }
}

/** Beside a type check that writes nothing, a build is all that makes files. */
function afterBuild(check: Check, { checks, build, facts }: Around): readonly string[] | null {
  const { upstream, manifest, entries } = facts;
  if (checks.some((other) => other.kind === 'typecheck' && emits(other, manifest))) return null;
  if (!build) return upstream;
  return entries === 'none' && makesAnAppOnly(build, check, manifest) ? upstream : [...upstream, build.name];
}

/** A compiler that writes files meets others that write or read them. */
export function emits(check: Check, { scripts }: Manifest): boolean {
  if (check.kind !== 'typecheck') return false;
  const { argv } = check;
  const script = scriptOf(check);
  const calls =
    script === null ? [{ tool: argv[0] ?? '', args: argv.slice(1) }] : invocationsOf(scripts[script] ?? '');
  // What a script runs through other scripts is not looked at: it may write.
  return calls.some(
    ({ tool, args }) =>
      !READ_ONLY.has(tool) && !(/^(?:vue-)?tsc$|^tsgo$/.test(tool) && args.includes('--noEmit')),
  );
}

const READ_ONLY = new Set(['svelte-check', 'echo']);

/** Frameworks whose builds write types that the type check reads. */
function generates(manifest: Manifest): boolean {
  const names = [
    'next',
    'nuxt',
    '@sveltejs/kit',
    'astro',
    '@react-router/dev',
    'prisma',
    '@graphql-codegen/cli',
  ];
  return names.some((name) => Object.hasOwn({ ...manifest.dependencies, ...manifest.devDependencies }, name));
}

const APP_BUNDLERS = new Set(['vite', 'next', 'react-scripts', 'astro', 'nuxt', 'ng']);
const IN_PROCESS = new Set(['vitest', 'jest']);
const DRIVES_A_BROWSER =
  /^(?:@playwright\/test|playwright|playwright-core|cypress|puppeteer|puppeteer-core)$/;

/** A bundle for browsers that tests in this process cannot load: nothing names it, and neither script mentions it. */
function makesAnAppOnly(build: Check, test: Check, manifest: Manifest): boolean {
  const { scripts } = manifest;
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  if (manifest.private !== true || names.some((name) => DRIVES_A_BROWSER.test(name))) return false;
  const toolsBehind = (check: Check): string[] => {
    const script = scriptOf(check);
    return script === null ? check.argv.slice(0, 1) : [...toolsOf(scripts, script)];
  };
  const builders = toolsBehind(build);
  const runners = toolsBehind(test);
  return (
    builders.some((tool) => APP_BUNDLERS.has(tool)) &&
    builders.every((tool) => APP_BUNDLERS.has(tool) || tool === 'tsc' || tool === 'vue-tsc') &&
    runners.length > 0 &&
    runners.every((tool) => IN_PROCESS.has(tool)) &&
    !/\b(?:dist|build|out|\.next)\b/.test(scripts['test'] ?? '')
  );
}
