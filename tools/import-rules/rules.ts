import { compositionRoots, type FolderRow, importTable, sharedPortFolders } from './table.ts';

/** A rule in the words of dependency-cruiser; `comment` says what to do instead. */
export interface ImportRule {
  readonly name: string;
  readonly comment: string;
  readonly severity: 'error';
  readonly from: { readonly path?: string; readonly pathNot?: string };
  readonly to: {
    readonly path?: string;
    readonly pathNot?: string;
    readonly circular?: true;
    readonly couldNotResolve?: true;
    readonly dependencyTypes?: readonly string[];
    readonly dependencyTypesNot?: readonly string[];
  };
}

/** Every import rule of the project: one per row of the table, and those that a table cannot say. */
export function importRules(): ImportRule[] {
  return [...importTable.filter((row) => !row.mayImport.includes('anything')).map(ruleOfRow), ...otherRules];
}

const roots = `^(${compositionRoots.map((path) => path.replaceAll('.', '\\.')).join('|')})$`;
const shared = `^src/adapters/[^/]+/(${sharedPortFolders.join('|')})/`;
const tests = '\\.test\\.ts$|^src/adapters/[^/]+/contract\\.ts$';
const modelSdks = 'node_modules/(ai|@ai-sdk/[^/]+|@openrouter/[^/]+|@pydantic/genai-prices)/';

const otherRules: readonly ImportRule[] = [
  {
    name: 'only-roots-import-app',
    comment:
      'app/ builds the whole control plane. Take what you need as an argument and let the root pass it in.',
    severity: 'error',
    from: { path: '^src/', pathNot: `${roots}|^src/app/` },
    to: { path: '^src/app/' },
  },
  {
    name: 'nothing-imports-a-main',
    comment: 'A main.ts is a program. Move what you want to share into a file beside it.',
    severity: 'error',
    from: {},
    to: { path: '^(src|tools|bench)/main\\.ts$|^(src|tools|bench)/.*/main\\.ts$' },
  },
  {
    name: 'port-imports-no-other-port',
    comment: 'Ports do not know each other. What two of them share belongs to domain/, process/ or git/.',
    severity: 'error',
    from: { path: '^src/adapters/([^/]+)/' },
    to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
  },
  {
    name: 'vendor-imports-no-other-vendor',
    comment:
      'Vendors come and go one by one. What they share belongs to a folder named in sharedPortFolders of the table.',
    severity: 'error',
    from: { path: '^src/adapters/([^/]+)/([^/]+)/' },
    to: { path: '^src/adapters/[^/]+/[^/]+/', pathNot: `^src/adapters/$1/$2/|${shared}` },
  },
  {
    name: 'only-registry-imports-vendors',
    comment:
      'Ask the registry.ts of the port for an adapter by name, so that adding a vendor touches one line.',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/adapters/[^/]+/(registry\\.ts$|[^/]+/)' },
    to: { path: '^src/adapters/[^/]+/[^/]+/' },
  },
  {
    name: 'stage-imports-no-stage',
    comment:
      'Stages are put together in the pipeline file. Put what two of them share beside it, in worker/.',
    severity: 'error',
    from: { path: '^src/worker/stages/([^/.]+)' },
    to: { path: '^src/worker/stages/', pathNot: '^src/worker/stages/$1[/.]' },
  },
  {
    name: 'only-queue-imports-pg-boss',
    comment: 'The queue engine is a detail of queue/. Call an operation of queue/, or add one.',
    severity: 'error',
    from: { pathNot: '^src/queue/' },
    to: { path: 'node_modules/pg-boss/' },
  },
  {
    name: 'only-model-imports-model-sdks',
    comment: 'Vendor SDKs differ in how they fail. Call callModel() of model/, which has one way to fail.',
    severity: 'error',
    from: { pathNot: '^src/model/' },
    to: { path: modelSdks },
  },
  {
    name: 'only-data-folders-import-the-database',
    comment:
      'SQL lives in store/, events/, queue/, outbox/, lessons/ and metrics/. Add an operation there and call it.',
    severity: 'error',
    from: { path: '^src/', pathNot: `${roots}|^src/(store|events|queue|outbox|lessons|metrics)/` },
    to: { path: 'node_modules/(pg|kysely)/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'only-process-spawns',
    comment:
      'A child without limits, tree kill and a closed stdin can hang a run. Use runProcess() of process/.',
    severity: 'error',
    from: {
      path: '^src/',
      pathNot: `${roots}|${tests}|^src/process/|^src/store/embedded/|^src/chaos/|^src/adapters/executor/[^/]+/`,
    },
    to: { path: '^(node:)?child_process$|node_modules/execa/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'src-imports-no-tests-or-tools',
    comment: 'What ships cannot need what does not ship. Move the code into src/, or the test out of it.',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^(test|tools|bench)/' },
  },
  {
    name: 'web-imports-only-the-contract',
    comment:
      'A browser has none of the server. Take types of src/api/contract.ts, through web/src/api/types.ts.',
    severity: 'error',
    from: { path: '^web/' },
    to: { path: '^(src|test|tools|bench)/', pathNot: '^src/api/contract\\.ts$' },
  },
  {
    name: 'nothing-imports-web',
    comment:
      'The dashboard is a program of the browser. Move what both need into src/api/contract.ts, as types.',
    severity: 'error',
    from: { path: '^(src|test|tools|bench)/' },
    to: { path: '^web/' },
  },
  {
    name: 'contract-suites-are-for-tests',
    comment: 'The contract.ts of a port is a test suite; import its types.ts.',
    severity: 'error',
    from: { path: '^(src|tools|bench)/', pathNot: '\\.test\\.ts$' },
    to: { path: '^src/adapters/[^/]+/contract\\.ts$' },
  },
  {
    name: 'nothing-imports-a-test',
    comment:
      'A test file is a program of the test runner. Move what you want to share into a file of its own.',
    severity: 'error',
    from: {},
    to: { path: '\\.test\\.ts$' },
  },
  {
    name: 'no-dev-dependency-in-src',
    comment: 'Development packages are missing from an installation. Make it a dependency, or do without.',
    severity: 'error',
    from: { path: '^src/', pathNot: tests },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
  },
  {
    name: 'no-undeclared-package',
    comment: 'The package is not in package.json: it is here by luck. Install it with an exact version.',
    severity: 'error',
    // Tests of web/ are run by the runner of the whole.
    from: { pathNot: '^web/.*\\.test\\.ts$' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'no-unresolvable-import',
    comment: 'The file or package does not exist. Relative imports end in .ts.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-cycles',
    comment: 'Files that need each other are one file, or share something that belongs in a third.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
];

function ruleOfRow(row: FolderRow): ImportRule {
  const allowed = row.mayImport.length > 0 ? row.mayImport.join(', ') : 'no other folder';
  return {
    name: `import-table-${row.folder}`,
    comment: `${row.folder}/ may import ${allowed}. ${row.instead}`,
    severity: 'error',
    from: { path: `^src/${row.folder}/`, pathNot: roots },
    to: { path: '^src/', pathNot: `^src/(${[row.folder, ...row.mayImport].map(patternOf).join('|')})` },
  };
}

function patternOf(target: string): string {
  if (target === 'port types') return 'adapters/[^/]+/types\\.ts$';
  return target.endsWith('.ts') ? `${target.replaceAll('.', '\\.')}$` : `${target}/`;
}
