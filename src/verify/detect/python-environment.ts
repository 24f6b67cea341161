import type { Install } from './install.ts';
import { namesIn, type Place, textOf } from './place.ts';
import type { RepositoryFiles } from './repository-files.ts';
import { environmentFolder, requirementFiles } from './requirement-files.ts';

/** Started by its path: programs beside it name the folder they were made in, which is another one by then. */
const PYTHON = `${environmentFolder}/bin/python`;

/** A path in the repository, or the repository itself: what is installed from it would be a copy of the files that are checked. */
const LOCAL = /^(?:-e\b|--editable\b|\.{0,2}\/|\.(?:\[|$)|file:|[\w.[\],-]+ *@ *file:)/;

/** What pip has to install; null: there are no requirements files, or they name what cannot be moved. */
export function pythonInstall(place: Place): Install | null {
  const files = requirementFiles.filter((name) => linesOf(textOf(place, name)).length > 0);
  const [first] = files;
  if (
    first === undefined ||
    files.some((name) => linesOf(textOf(place, name)).some((line) => LOCAL.test(line)))
  )
    return null;
  return {
    prepares: ['python3', '-m', 'venv', environmentFolder],
    argv: [PYTHON, '-m', 'pip', 'install', '--no-input', ...files.flatMap((name) => ['-r', name])],
    source: first,
  };
}

/** Requirements without comments, each short enough to be one. */
function linesOf(text: string | undefined): string[] {
  const lines = (text ?? '')
    .slice(0, LONGEST_TEXT)
    .split('\n')
    .map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#') && line.length < LONGEST_LINE);
}

const LONGEST_LINE = 1000;
const LONGEST_TEXT = 200_000;

/** The same tool in the environment, where a requirement names it; Python itself always is there. */
export function inEnvironment(place: Place, argv: readonly string[]): string[] {
  const [tool = '', ...args] = argv;
  if (!hasEnvironment(place)) return [...argv];
  if (tool === 'python3') return [PYTHON, ...args];
  const isNamed = requirementFiles.some((name) => names(textOf(place, name) ?? '', tool));
  return isNamed && tool !== 'pyright' ? [PYTHON, '-m', tool, ...args] : [...argv];
}

/** The tool a command calls, and the words in front of it. */
export function withoutEnvironment(argv: readonly string[]): { prefix: string[]; call: string[] } {
  const length = argv[0] === PYTHON && argv[1] === '-m' ? 2 : 0;
  return { prefix: argv.slice(0, length), call: argv.slice(length) };
}

/** With a package.json its packages are installed, and Python's tools are the machine's. */
function hasEnvironment(place: Place): boolean {
  return place.options.installs !== false && !hasManifest(place.files) && pythonInstall(place) !== null;
}

function hasManifest({ names }: RepositoryFiles): boolean {
  return names.get('')?.has('package.json') === true;
}

function names(text: string, tool: string): boolean {
  return linesOf(text).some((line) => {
    const name = /^([\w.-]+)/.exec(line)?.[1]?.toLowerCase();
    return name === tool || name?.startsWith(`${tool}-`) === true;
  });
}

/** Requirements that are not installed: the tools of the machine must do. */
export function environmentWarning(place: Place): string | null {
  if (hasEnvironment(place)) return null;
  const marks = [...requirementFiles, 'pyproject.toml', 'Pipfile', 'setup.py'];
  const source = marks.find((name) => namesIn(place).has(name) || textOf(place, name) !== undefined);
  return source === undefined
    ? null
    : `Python packages are not installed from ${source}: tools and packages are those of this machine.`;
}
