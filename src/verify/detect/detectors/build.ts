import { type Detection, nothingFound } from '../found.ts';
import { fileLike, hasTool, namesIn, type Place, scriptCheck, toolCheck } from '../place.ts';

const SCRIPTS = ['build', 'build:ci', 'build:all', 'compile', 'bundle'];

interface Tool {
  readonly packageName: string;
  readonly argv: readonly string[];
  readonly config: RegExp;
  /** Besides the configuration, which other tools share. */
  readonly needs?: string;
}

const TOOLS: readonly Tool[] = [
  { packageName: 'next', argv: ['next', 'build'], config: /^next\.config\.[cm]?[jt]s$/ },
  { packageName: 'astro', argv: ['astro', 'build'], config: /^astro\.config\.[cm]?[jt]s$/ },
  // A configuration of vite alone may be there for its tests.
  { packageName: 'vite', argv: ['vite', 'build'], config: /^vite\.config\.[cm]?[jt]s$/, needs: 'index.html' },
  { packageName: 'tsup', argv: ['tsup'], config: /^tsup\.config\.(?:[cm]?[jt]s|json)$/ },
  { packageName: 'tsdown', argv: ['tsdown'], config: /^tsdown\.config\.(?:[cm]?[jt]s|json)$/ },
  { packageName: 'rollup', argv: ['rollup', '-c'], config: /^rollup\.config\.(?:[cm]?[jt]s)$/ },
  { packageName: 'webpack', argv: ['webpack'], config: /^webpack\.config\.(?:[cm]?[jt]s)$/ },
];

/** The build: a script, else a bundler with its configuration. */
export function build(place: Place): Detection {
  const named = SCRIPTS.find((name) => place.manifest.scripts[name] !== undefined);
  if (named) return scriptCheck(place, { kind: 'build', script: named });
  for (const { packageName, argv, config, needs } of TOOLS) {
    const file = hasTool(place, packageName) ? fileLike(place, config) : null;
    if (file === null || (needs !== undefined && !namesIn(place).has(needs))) continue;
    const reason = `${packageName} is installed, ${file} is there and no script builds`;
    return toolCheck(place, { kind: 'build', argv, source: file, reason });
  }
  return nothingFound;
}
