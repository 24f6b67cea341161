import type { CheckKind } from '../../../domain/verdict.ts';
import { type Detection, foundOne, nothingFound, together } from '../found.ts';
import { checkOf, namesIn, type Place, textOf } from '../place.ts';
import { environmentWarning, inEnvironment } from '../python-environment.ts';
import { environmentFolder, requirementFiles } from '../requirement-files.ts';

/** ruff, flake8, black, mypy, pyright, pytest and unittest, where the repository configures them. */
export function python(place: Place): Detection {
  if (!isPython(place)) return nothingFound;
  const found = together([types(place), linter(place), formatter(place), tests(place)]);
  const warning = environmentWarning(place);
  return { ...found, warnings: found.found.length > 0 && warning !== null ? [warning] : [] };
}

const MARKS = [
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'tox.ini',
  'requirements.txt',
  'pytest.ini',
  'Pipfile',
];

function isPython(place: Place): boolean {
  return (
    MARKS.some((name) => namesIn(place).has(name)) && place.files.paths.some((path) => path.endsWith('.py'))
  );
}

const LONGEST_TEXT = 200_000;

/** The file that configures a tool: one of its own, or a section of a shared one. */
function configured(
  place: Place,
  { files, sections }: { files: readonly string[]; sections: readonly string[] },
): string | null {
  const own = files.find((name) => namesIn(place).has(name));
  if (own) return own;
  for (const name of ['pyproject.toml', 'setup.cfg', 'tox.ini']) {
    const lines = new Set(
      (textOf(place, name) ?? '')
        .slice(0, LONGEST_TEXT)
        .split('\n')
        .map((line) => line.trim()),
    );
    if (sections.some((section) => lines.has(`[${section}]`))) return name;
  }
  return null;
}

function toolOf(
  place: Place,
  kind: CheckKind,
  { argv, source }: { argv: readonly string[]; source: string },
): Detection {
  const own = inEnvironment(place, argv);
  const isThere = own[0] !== argv[0] || place.options.hasExecutable(argv[0] ?? '');
  const missing = isThere ? '' : `, but ${argv[0]} is not on this machine`;
  return foundOne(
    { ...checkOf(place, { kind, argv: own, source }), needs: [] },
    `${source} configures ${argv[0]}${missing}`,
  );
}

function types(place: Place): Detection {
  const mypy = configured(place, { files: ['mypy.ini', '.mypy.ini'], sections: ['tool.mypy', 'mypy'] });
  if (mypy) {
    const choosesFiles = /^[ \t]*(?:files|packages|modules)[ \t]*=/m.test(textOf(place, mypy) ?? '');
    return toolOf(place, 'typecheck', { argv: choosesFiles ? ['mypy'] : ['mypy', '.'], source: mypy });
  }
  const pyright = configured(place, { files: ['pyrightconfig.json'], sections: ['tool.pyright'] });
  return pyright ? toolOf(place, 'typecheck', { argv: ['pyright'], source: pyright }) : nothingFound;
}

const RUFF = {
  files: ['ruff.toml', '.ruff.toml'],
  sections: ['tool.ruff', 'tool.ruff.lint', 'tool.ruff.format'],
};

function linter(place: Place): Detection {
  const ruff = configured(place, RUFF);
  if (ruff) return toolOf(place, 'lint', { argv: ['ruff', 'check', '.'], source: ruff });
  const flake8 = configured(place, { files: ['.flake8'], sections: ['flake8'] });
  return flake8
    ? toolOf(place, 'lint', { argv: ['flake8', '--extend-exclude', environmentFolder], source: flake8 })
    : nothingFound;
}

function formatter(place: Place): Detection {
  const ruff = configured(place, { files: [], sections: ['tool.ruff.format'] });
  if (ruff) return toolOf(place, 'format', { argv: ['ruff', 'format', '--check', '.'], source: ruff });
  const black = configured(place, { files: [], sections: ['tool.black'] });
  return black ? toolOf(place, 'format', { argv: ['black', '--check', '.'], source: black }) : nothingFound;
}

const REQUIREMENTS = ['pyproject.toml', 'setup.cfg', 'setup.py', 'tox.ini', ...requirementFiles];
const TEST_FILE = /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/;

function tests(place: Place): Detection {
  const file = place.files.paths.find((path) => TEST_FILE.test(path));
  const config = configured(place, {
    files: ['pytest.ini', '.pytest.ini', 'conftest.py'],
    sections: ['tool.pytest.ini_options', 'tool.pytest', 'pytest', 'tool:pytest'],
  });
  if (config) return toolOf(place, 'test', { argv: ['pytest'], source: config });
  if (!file) return nothingFound;
  const named = REQUIREMENTS.find((name) => /^[^#\n]*\bpytest\b/m.test(textOf(place, name) ?? ''));
  if (named) return toolOf(place, 'test', { argv: ['pytest'], source: named });
  const argv = inEnvironment(place, unittest(place, file));
  const check = checkOf(place, { kind: 'test', argv, source: file });
  return foundOne(
    { ...check, needs: [] },
    `${file} is a test, and nothing names another runner than Python's own`,
  );
}

/** Discovery enters packages only; tests in a plain folder are started there. */
function unittest({ files }: Place, file: string): string[] {
  const argv = ['python3', '-m', 'unittest', 'discover'];
  const slash = file.lastIndexOf('/');
  const folder = slash === -1 ? '' : file.slice(0, slash);
  const pattern = /(?:^|\/)test_[^/]*$/.test(file) ? [] : ['-p', '*_test.py'];
  const isPackage = folder === '' || files.names.get(folder)?.has('__init__.py') === true;
  return [...argv, ...(isPackage ? [] : ['-s', folder, '-t', folder]), ...pattern];
}
