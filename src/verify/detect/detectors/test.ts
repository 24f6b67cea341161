import { type Detection, foundOne, leftOutOne, nothingFound, together } from '../found.ts';
import {
  checkOf,
  fileLike,
  hasTool,
  type Place,
  pathIn,
  scriptCheck,
  scriptSource,
  toolCheck,
} from '../place.ts';
import { watches } from '../run-once.ts';
import { isPlaceholder, toolsOf } from '../script.ts';

/** Those after the first stand in for it where it watches, says nothing, or needs a browser. */
const SCRIPTS = [
  'test',
  'test:ci',
  'test:run',
  'test:once',
  'test:unit',
  'unit',
  'test:node',
  'tests',
  'test:all',
];
const BROWSER_SCRIPTS = ['test:e2e', 'e2e', 'test:browser', 'playwright', 'test:playwright', 'cypress'];
const BROWSER_TOOLS = new Set(['playwright', 'cypress', 'wdio', 'testcafe', 'nightwatch']);
const NEEDS_A_BROWSER =
  'it needs a browser; name it in the checks of runyard.yaml or of the run to have it run';

/** The tests: a script that ends by itself, else the runner that is installed, else what Node's own runner finds. */
export function test(place: Place): Detection {
  const { scripts } = place.manifest;
  const there = SCRIPTS.filter((name) => scripts[name] !== undefined);
  const usable = there.filter((name) => !isPlaceholder(scripts[name] ?? '') && !onlyBrowser(scripts, name));
  const chosen = usable.find((name) => !watches(scripts[name] ?? '')) ?? usable[0];
  const browsers = together([
    browserTests(place),
    ...there
      .filter((name) => onlyBrowser(scripts, name))
      .map((name) => leftOutOne(name, scriptSource(place, name), NEEDS_A_BROWSER)),
  ]);
  const placeholders = there
    .filter((name) => isPlaceholder(scripts[name] ?? ''))
    .map((name) => scriptCheck(place, { kind: 'test', script: name }));
  if (chosen === undefined) return together([byRunner(place), browsers, ...placeholders]);
  const instead = there[0] === chosen ? undefined : `it stands in for "${there[0] ?? ''}"`;
  const found = scriptCheck(place, {
    kind: 'test',
    script: chosen,
    ...(instead === undefined ? {} : { reason: instead }),
  });
  return together([found, browsers, ...placeholders]);
}

function onlyBrowser(scripts: Readonly<Record<string, string>>, name: string): boolean {
  const tools = toolsOf(scripts, name);
  return tools.size > 0 && [...tools].every((tool) => BROWSER_TOOLS.has(tool));
}

function browserTests(place: Place): Detection {
  const { scripts } = place.manifest;
  const script = BROWSER_SCRIPTS.find((name) => scripts[name] !== undefined);
  if (script !== undefined) return leftOutOne(script, scriptSource(place, script), NEEDS_A_BROWSER);
  const config = fileLike(place, /^(?:playwright|cypress)\.config\.[cm]?[jt]s$/);
  return config === null
    ? nothingFound
    : leftOutOne(config.replace(/\..*/s, ''), pathIn(place.folder, config), NEEDS_A_BROWSER);
}

interface Runner {
  readonly packageName: string;
  readonly argv: readonly string[];
}

const RUNNERS: readonly Runner[] = [
  { packageName: 'vitest', argv: ['vitest', 'run'] },
  { packageName: 'jest', argv: ['jest', '--ci'] },
  { packageName: 'mocha', argv: ['mocha'] },
  { packageName: 'ava', argv: ['ava'] },
  { packageName: 'tap', argv: ['tap'] },
];

/** In a package a runner of the root is not enough: it may be there for other packages. */
function byRunner(place: Place): Detection {
  const runner = RUNNERS.find(({ packageName }) =>
    place.folder === '' ? hasTool(place, packageName) : packageHas(place, packageName),
  );
  if (runner) {
    const { packageName, argv } = runner;
    const reason = `${packageName} is installed and no script runs tests`;
    const found = toolCheck(place, { kind: 'test', argv, source: 'package.json', reason });
    const source = `${pathIn(place.folder, 'package.json')} (${packageName})`;
    return { ...found, found: found.found.map((one) => ({ ...one, check: { ...one.check, source } })) };
  }
  if (place.folder !== '') return nothingFound;
  const ofBun = bunTests(place);
  return ofBun.found.length > 0 ? ofBun : nodeTests(place);
}

/** https://bun.com/docs/test: what `bun test` runs without being told. */
const BUN_TEST = /(?:^|\/)[^/]*[._](?:test|spec)\.(?:[cm]?[jt]s|[jt]sx)$/;

/** Where bun is the package manager nobody has to write a script for its tests. */
function bunTests(place: Place): Detection {
  if (place.manager.name !== 'bun') return nothingFound;
  const first = place.files.paths.find((path) => BUN_TEST.test(path) && !IN_PACKAGES.test(path));
  if (first === undefined) return nothingFound;
  const check = checkOf(place, { kind: 'test', argv: ['bun', 'test'], source: first });
  return foundOne(check, `bun takes ${first} for a test, and nothing else runs tests`);
}

function packageHas({ manifest }: Place, name: string): boolean {
  return [manifest.dependencies, manifest.devDependencies].some((group) => Object.hasOwn(group, name));
}

/** https://nodejs.org/api/test.html#running-tests-from-the-command-line, without the `.ts` forms older versions do not run. */
const NODE_TEST =
  /(?:^|\/)(?:[^/]*[.\-_]test|test(?:-[^/]*)?)\.[cm]?js$|(?:^|\/)test\/(?:[^/]+\/)*[^/]+\.[cm]?js$/;
const IN_PACKAGES = /(?:^|\/)node_modules\//;

/** Node's own runner, where there are files that it would take for tests. */
export function nodeTests(place: Pick<Place, 'files' | 'folder' | 'options'>): Detection {
  const first = place.files.paths.find((path) => NODE_TEST.test(path) && !IN_PACKAGES.test(path));
  if (first === undefined) return nothingFound;
  const check = checkOf(place, { kind: 'test', argv: ['node', '--test'], source: first });
  return foundOne(check, `Node's own test runner takes ${first} for a test, and nothing else runs tests`);
}
