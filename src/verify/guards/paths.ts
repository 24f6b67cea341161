const SCRIPT = /\.[cm]?[jt]sx?$/;
const IN_TEST_FOLDER = /(?:^|\/)(?:__tests__|tests?|specs?|e2e|cypress|testing|test-d)\//;
const TEST_NAME =
  /(?:^|\/)(?:test|tests|spec)\.[cm]?[jt]sx?$|[.\-_](?:test|tests|spec|specs|cy|e2e|test-d)\.[cm]?[jt]sx?$/;
const PYTHON_TEST = /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest|tests)\.py$/;
const OTHER_TEST =
  /_test\.go$|(?:Test|Tests|IT|Spec)\.(?:java|kt|scala|cs|swift|php|groovy)$|_(?:test|spec)\.(?:rb|ex|exs|dart)$/;
const FIXTURE =
  /(?:^|\/)(?:fixtures?|__fixtures__|__mocks__|mocks?|testdata|test-data|test-?cases?|samples?|examples?|templates?)\//i;

/** A file in a language whose syntax is read: JavaScript and TypeScript, no declarations. */
export function isScript(path: string): boolean {
  return SCRIPT.test(path) && !/\.d\.[cm]?ts$/.test(path);
}

/** A file of tests by its name, in any language; fixtures are none. */
export function isTestFile(path: string): boolean {
  if (isFixture(path)) return false;
  if (TEST_NAME.test(path) || PYTHON_TEST.test(path) || OTHER_TEST.test(path)) return true;
  return IN_TEST_FOLDER.test(path) && /\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt|php|cs|ex|exs)$/.test(path);
}

export function isFixture(path: string): boolean {
  return FIXTURE.test(path);
}

/** Part of a test suite in any way: tests, fixtures, snapshots, helpers. */
export function belongsToTests(path: string): boolean {
  return isTestFile(path) || isFixture(path) || isSnapshot(path) || IN_TEST_FOLDER.test(path);
}

export function isSnapshot(path: string): boolean {
  return /\.(?:snap|snapshot|ambr)$|(?:^|\/)__(?:file_)?snapshots__\//.test(path);
}

export function isLockFile(path: string): boolean {
  return /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|poetry\.lock|uv\.lock|Pipfile\.lock|Cargo\.lock|go\.sum|composer\.lock|Gemfile\.lock)$/.test(
    path,
  );
}

export function isGenerated(path: string): boolean {
  return /(?:^|\/)(?:dist|build|out|lib-cov|coverage|generated|__generated__|gen|vendor|third_party|node_modules)\/|\.min\.(?:js|css)$|\.map$|\.generated\.|\.pb\.go$|_pb2\.py$/.test(
    path,
  );
}

const SOURCE =
  /\.(?:[cm]?[jt]sx?|vue|svelte|astro|py|go|rs|rb|java|kt|scala|cs|php|c|cc|cpp|h|hpp|swift|ex|exs|dart|css|scss|sql)$/;

/** Code that tests test. */
export function isSource(path: string): boolean {
  return SOURCE.test(path) && !belongsToTests(path) && !isConfiguration(path) && !isGenerated(path);
}

export function isConfiguration(path: string): boolean {
  const name = path.split('/').at(-1) ?? path;
  return (
    /^(?:[\w-]+\.)?[\w-]*config(?:\.[\w-]+)*\.(?:[cm]?[jt]s|json|ya?ml)$/.test(name) ||
    /^\.[\w.-]+rc(?:\.\w+)?$/.test(name)
  );
}

export function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '' : path.slice(0, at);
}
