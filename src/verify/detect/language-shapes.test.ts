import { describe, expect, it } from 'vitest';
import { expectedOf, foundIn, type Shape } from './shape-testing.ts';

const GO_FILES = "find . -name '*.go' ! -path '*/vendor/*' ! -path '*/testdata/*' ! -path '*/node_modules/*'";
const GOFMT = `format: sh -c files=$(${GO_FILES} -exec gofmt -l {} +) || exit 2; [ -z "$files" ] || { echo "$files" | sed 's/^/not formatted: /'; exit 1; } < ~ sh -c ${GO_FILES} -exec gofmt -w {} +`;

const shapes: readonly Shape[] = [
  {
    of: 'Python with everything in pyproject.toml',
    files: {
      'pyproject.toml':
        '[project]\nname = "x"\n[tool.ruff]\nline-length = 100\n[tool.ruff.format]\n[tool.mypy]\nstrict = true\n[tool.pytest.ini_options]\n',
      'src/x.py': '',
      'tests/test_x.py': '',
    },
    checks: [
      'typecheck: mypy . <',
      'lint: ruff check . < ~ ruff check --fix .',
      'format: ruff format --check . < ~ ruff format .',
      'test: pytest <',
    ],
  },
  {
    of: 'Python with setup.cfg, flake8 and files that mypy chooses',
    files: {
      'setup.cfg': '[flake8]\nmax-line-length = 100\n[mypy]\nfiles = src\n[tool:pytest]\n',
      'setup.py': '',
      'src/x.py': '',
    },
    checks: ['typecheck: mypy <', 'lint: flake8 --extend-exclude .venv <', 'test: pytest <'],
  },
  {
    of: 'Python that names pytest among its requirements',
    files: {
      'requirements-dev.txt': '# tools\npytest==8.3\n',
      'requirements.txt': '',
      'test_x.py': '',
      'x.py': '',
    },
    checks: ['test: .venv/bin/python -m pytest <'],
    install: '.venv/bin/python -m pip install --no-input -r requirements-dev.txt',
  },
  {
    of: 'Python whose requirements are its own folder, which an installation would copy',
    files: { 'requirements.txt': 'pytest\n-e .[dev]\n', 'test_x.py': '' },
    checks: ['test: pytest <'],
    install: null,
  },
  {
    of: 'Python with ruff of its own and mypy of the machine',
    files: {
      'requirements-dev.txt': 'ruff>=0.6\n',
      'pyproject.toml': '[tool.ruff]\n[tool.mypy]\n',
      'x.py': '',
    },
    checks: [
      'typecheck: mypy . <',
      'lint: .venv/bin/python -m ruff check . < ~ .venv/bin/python -m ruff check --fix .',
    ],
  },
  {
    of: 'Python with its own runner',
    files: { 'requirements.txt': '# none\n', 'tests/test_x.py': '', 'tests/__init__.py': '', 'x.py': '' },
    checks: ['test: python3 -m unittest discover <'],
  },
  {
    of: 'Python with tests in a plain folder',
    files: { 'setup.py': '', 'tests/x_test.py': '' },
    checks: ['test: python3 -m unittest discover -s tests -t tests -p *_test.py <'],
  },
  {
    of: 'a Python configuration without Python',
    files: { 'pyproject.toml': '[tool.ruff]\n', 'main.js': '' },
    checks: ['imports:'],
  },
  {
    of: 'Go with one module',
    files: { 'go.mod': 'module x\n', 'main.go': '', 'main_test.go': '', '.golangci.yml': '' },
    checks: ['lint: go vet ./... <', 'build: go build ./... <', GOFMT, 'test: go test -v ./... <'],
    leftOut: ['golangci-lint'],
  },
  {
    of: 'Go with several modules and no tests',
    files: { 'go.work': 'go 1.24\n\nuse (\n\t./api\n\t./tools/gen\n)\n', 'api/go.mod': 'module api\n' },
    checks: [
      'lint: go vet ./api/... ./tools/gen/... <',
      'build: go build ./api/... ./tools/gen/... <',
      GOFMT,
    ],
  },
  {
    of: 'Rust with clippy',
    files: { 'Cargo.toml': '[package]\nname = "x"\n\n[lints.clippy]\nall = "deny"\n' },
    checks: [
      'typecheck: cargo check --all-targets <',
      'lint: cargo clippy --all-targets <',
      'format: cargo fmt --check < ~ cargo fmt',
      'test: cargo test --no-fail-fast <',
    ],
  },
  {
    of: 'a workspace of Rust crates',
    files: { 'Cargo.toml': '[workspace]\nmembers = ["a"]\n' },
    checks: [
      'typecheck: cargo check --workspace --all-targets <',
      'format: cargo fmt --all --check < ~ cargo fmt --all',
      'test: cargo test --workspace --no-fail-fast <',
    ],
  },
  {
    of: 'JavaScript and Python together',
    files: {
      'package.json': {
        scripts: { test: 'node --test', lint: 'eslint .' },
        devDependencies: { eslint: '9' },
      },
      'pyproject.toml': '[tool.ruff]\n',
      'tools/x.py': '',
    },
    checks: [
      'lint: npm run lint < ~ eslint . --fix',
      'imports: <',
      'test: npm test <',
      'lint (python): ruff check . < ~ ruff check --fix .',
    ],
  },
  {
    of: 'packages that no root knows of',
    files: { 'frontend/package.json': { scripts: { test: 'jest' } }, 'README.md': '' },
    checks: ['imports:'],
    leftOut: ['frontend'],
  },
  { of: 'nothing but documents', files: { 'README.md': '' }, checks: ['imports:'] },
];

describe('V1, V2: the checks of other languages', () => {
  it.each(shapes.map((shape) => [shape.of, shape] as const))('%s', (_, shape) => {
    expect(foundIn(shape)).toEqual(expectedOf(shape));
  });
});
