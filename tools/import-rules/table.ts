/** One row of the import table: a folder of `src/`, its job, and what it may import besides itself and npm packages. */
export interface FolderRow {
  readonly folder: string;
  readonly job: string;
  /** Folders of `src/`, single files of it, or `port types` (the `types.ts` of any adapter port). */
  readonly mayImport: readonly string[];
  /** What to do when a file here seems to need more. */
  readonly instead: string;
}

/** The table of ARCHITECTURE.md. Changing a row is a decision: write it down in docs/adr in the same commit. */
export const importTable: readonly FolderRow[] = [
  {
    folder: 'lib',
    job: 'clock, ids, backoff, deadlines, redaction, result types',
    mayImport: [],
    instead:
      'Knows nothing of Runyard: take what it needs as an argument, or move the code to the folder it speaks of.',
  },
  {
    folder: 'domain',
    job: 'run, plan, verdict, transitions, events, errors, decisions; no I/O',
    mayImport: ['lib'],
    instead: 'Decides on data it is given. Put the I/O in the folder that owns it and pass the result in.',
  },
  {
    folder: 'protocol',
    job: "the worker protocol's schemas",
    mayImport: ['lib', 'domain'],
    instead: 'Holds schemas only; behaviour belongs to worker/ (client) or api/ (server).',
  },
  {
    folder: 'config',
    job: 'schema, loading, defaults, preflight of settings',
    mayImport: ['lib', 'domain'],
    instead: 'Only reads settings. Findings that need a database, git or an agent are made in app/doctor.',
  },
  {
    folder: 'store',
    job: 'pool, migrations, one file per aggregate',
    mayImport: ['lib', 'domain'],
    instead: 'Only stores. What reacts to a change of state belongs to queue/, events/ or supervisor/.',
  },
  {
    folder: 'events',
    job: 'append, subscribe',
    mayImport: ['lib', 'domain', 'store'],
    instead: 'Appends and reads events. Projections of events belong to metrics/.',
  },
  {
    folder: 'queue',
    job: 'the only folder that knows pg-boss; one operation per file',
    mayImport: ['lib', 'domain', 'store', 'events'],
    instead: 'Moves runs in one transaction. Take a decision as a function argument, as admitRuns does.',
  },
  {
    folder: 'outbox',
    job: 'outward effects: record with the epoch, deliver once, update in place',
    mayImport: ['lib', 'domain', 'store', 'events', 'queue', 'port types'],
    instead: 'Knows ports by their types. Get the adapter from the composition root.',
  },
  {
    folder: 'process',
    job: 'spawn, terminate tree, limits, sandbox, bounded output',
    mayImport: ['lib', 'domain'],
    instead:
      'Knows argv, limits and a sandbox policy, not what the command is for: that stays with the caller.',
  },
  {
    folder: 'git',
    job: 'checked git commands, mirror, workspace, checkpoints, rollback',
    mayImport: ['lib', 'domain', 'process'],
    instead: 'Works on folders and commits. Take ids, names and limits as arguments.',
  },
  {
    folder: 'adapters',
    job: 'ports: types, registry, contract suite and a folder per vendor',
    mayImport: ['lib', 'domain', 'model', 'process', 'git'],
    instead:
      "A vendor sees its port's types only. What it needs from the control plane is an argument of its port.",
  },
  {
    folder: 'gateway',
    job: 'wire protocols, metering, budget, breaker, record and replay',
    mayImport: ['lib', 'domain', 'store', 'events', 'model', 'adapters/model'],
    instead: 'Holds keys and counts tokens. Anything about runs comes in with the gateway token.',
  },
  {
    folder: 'model',
    job: 'callModel(), catalogue, prices',
    mayImport: ['lib', 'domain'],
    instead: 'Asks one model one question. Prompts and what follows from the answer belong to the caller.',
  },
  {
    folder: 'artifacts',
    job: 'bundles, logs, recordings; files or S3-compatible',
    mayImport: ['lib', 'domain'],
    instead: 'Stores bytes under names. Who may read them is decided in api/.',
  },
  {
    folder: 'lessons',
    job: 'what failed and what mended it',
    mayImport: ['lib', 'domain', 'store'],
    instead: 'Reads and writes lessons. The caller decides when.',
  },
  {
    folder: 'verify',
    job: 'detect, run, parse, classify, baseline, guards, receipt',
    mayImport: ['lib', 'domain', 'process', 'git'],
    instead: 'Works without a control plane (runyard verify): take what a run knows as an argument.',
  },
  {
    folder: 'intake',
    job: 'outside signal to ticket to run; deduplication here only',
    mayImport: ['lib', 'domain', 'store', 'queue', 'events', 'port types'],
    instead: 'Ends with an accepted run. What happens to it is for scheduler/ and supervisor/.',
  },
  {
    folder: 'scheduler',
    job: 'what may start',
    mayImport: ['lib', 'domain', 'store', 'queue', 'events'],
    instead: 'Decides on a snapshot and never knows a vendor. Put new facts into the snapshot.',
  },
  {
    folder: 'supervisor',
    job: 'start workers, watch, stop, recover, reap',
    mayImport: [
      'lib',
      'domain',
      'store',
      'queue',
      'events',
      'outbox',
      'artifacts',
      'process',
      'git',
      'port types',
    ],
    instead: 'Knows executors by their type. Get the adapter from the composition root.',
  },
  {
    folder: 'worker',
    job: 'the pipeline of one run and its stages',
    mayImport: ['lib', 'domain', 'model', 'protocol', 'artifacts', 'process', 'git', 'verify', 'port types'],
    instead: 'Has no database and no key: ask the control plane through the worker protocol.',
  },
  {
    folder: 'metrics',
    job: 'projections of events, alerts, service levels',
    mayImport: ['lib', 'domain', 'store', 'events', 'outbox'],
    instead: 'Derives figures from events. Record what is missing as an event where it happens.',
  },
  {
    folder: 'api',
    job: 'routes, contract, worker protocol server, live events',
    mayImport: [
      'lib',
      'domain',
      'protocol',
      'store',
      'intake',
      'queue',
      'events',
      'outbox',
      'artifacts',
      'lessons',
      'metrics',
    ],
    instead: 'Translates HTTP. Take an operation it cannot import as a function, from the composition root.',
  },
  {
    folder: 'cli',
    job: 'a file per command',
    mayImport: ['lib', 'domain', 'config', 'verify', 'api/contract.ts', 'api/client.ts'],
    instead:
      'Speaks to the control plane over its API. Whatever must run in this process is injected by cli/main.ts.',
  },
  {
    folder: 'chaos',
    job: 'the crash matrix: kills a throw-away control plane, and judges from outside',
    mayImport: ['lib', 'domain', 'store', 'queue', 'process', 'api/contract.ts', 'api/client.ts'],
    instead:
      'Judges as a stranger would: the process table, git, files, the API and rows; never a decision of ours.',
  },
  {
    folder: 'app',
    job: 'one builder of the control plane, used by serve and by one-shot commands',
    mayImport: ['anything'],
    instead: 'May import anything but the composition roots.',
  },
];

/** The programs. They read the environment, build what is needed and may import anything; nothing imports them. */
export const compositionRoots = ['src/main.ts', 'src/worker/main.ts', 'src/cli/main.ts'] as const;

/** Folders of a port that are no vendor but what its vendors share. */
export const sharedPortFolders = ['running'] as const;
