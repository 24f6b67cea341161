import type { RunState } from '../../src/domain/run-state.ts';

/** One program of test/fixtures/agents and how its run must end. */
export interface FaultCase {
  readonly agent: string;
  readonly title: string;
  readonly state: RunState;
  /** Code of the attempt's error. */
  readonly error?: string;
  readonly outcome?: string;
  /** Exactly the files the delivered commit changes. */
  readonly delivers?: readonly string[];
}

const note = ['note.txt'];
const silent = { state: 'failed', error: 'agent.no-first-output' } as const;
const delivered = { state: 'succeeded', delivers: note } as const;

export const faultCases: readonly FaultCase[] = [
  {
    agent: 'hang-after-words',
    title: 'an agent that begins and then hangs is ended',
    state: 'failed',
    error: 'agent.silent',
  },
  { agent: 'hang-silently', title: 'an agent that hangs silently is ended', ...silent },
  { agent: 'ignore-term', title: 'one that ignores TERM is killed', ...silent },
  { agent: 'trap-term-exit-0', title: 'one that answers TERM with exit 0 has not succeeded', ...silent },
  { agent: 'fill-memory', title: 'one that fills memory is ended, and the memory is free again', ...silent },
  { agent: 'fork-bomb', title: 'a tree of processes in sessions of their own ends as a whole', ...silent },
  { agent: 'flood-lines', title: '1 GB of output ends, and harms no other run', ...delivered },
  { agent: 'flood-one-line', title: 'a line of 200 MB ends', ...delivered },
  { agent: 'flood-short-lines', title: 'five million short lines end', ...delivered },
  {
    agent: 'setsid-escape',
    title: 'a process in a session of its own does not outlive the run',
    ...delivered,
  },
  {
    agent: 'double-fork',
    title: 'a daemon without parent and environment does not outlive it',
    ...delivered,
  },
  { agent: 'hold-stdout', title: 'a grandchild that holds stdout cannot hang the run', ...delivered },
  { agent: 'write-late', title: 'what is written after the agent ended is not delivered', ...delivered },
  { agent: 'read-stdin', title: 'an agent that reads its input meets its end', ...delivered },
  { agent: 'dirty-output', title: 'bytes that are no text are stored as text', ...delivered },
  { agent: 'long-json-line', title: 'a line of JSON of 4 MB is stored in part', ...delivered },
  { agent: 'hostile-json', title: 'hostile JSON is only text', ...delivered },
  {
    agent: 'change-nothing',
    title: 'exit 0 without a change is no success',
    state: 'failed',
    outcome: 'no-changes',
  },
  {
    agent: 'only-ignored-files',
    title: 'ignored files are no change',
    state: 'failed',
    outcome: 'no-changes',
  },
  {
    agent: 'only-whitespace',
    title: 'blank lines alone are a change like any other: a formatter makes nothing else',
    state: 'succeeded',
    delivers: ['README.md'],
  },
  {
    agent: 'cut-stream',
    title: 'a stream cut in the middle is no success',
    state: 'failed',
    outcome: 'no-changes',
  },
  {
    agent: 'success-then-exit-1',
    title: 'words of success before exit 1 do not count',
    state: 'failed',
    error: 'agent.failed',
  },
  { agent: 'exit-255', title: 'any other exit code is a failure', state: 'failed', error: 'agent.failed' },
  { agent: 'kill-itself', title: 'a signal is a failure', state: 'failed', error: 'agent.failed' },
  { agent: 'plant-git-traps', title: 'nothing planted in git runs on the host', state: 'succeeded' },
  { agent: 'rewrite-history', title: 'history, branches, tags and remotes of the source stay', ...delivered },
  { agent: 'reset-main-checkout', title: 'the source checkout is out of reach', ...delivered },
  { agent: 'symlink-escape', title: 'links lead nowhere and are delivered as links', state: 'succeeded' },
  { agent: 'odd-names', title: 'odd file names are delivered as they are', state: 'succeeded' },
  { agent: 'many-files', title: 'folders without permissions are removed too', state: 'succeeded' },
  { agent: 'remove-workspace', title: 'a workspace that vanishes ends the run', state: 'failed' },
];
