import { defineErrors } from './definition.ts';

const orSilence = (stderr: string) =>
  stderr.trim() === '' ? 'It wrote nothing to stderr.' : `The end of stderr: ${stderr.trim()}`;

export const processErrors = defineErrors({
  'process.missing-tool': (f: { tool: string; searched: string; install: string }) => ({
    kind: 'needs-human',
    what: `The program "${f.tool}" was not found.`,
    why: `It is in none of the folders that are searched: ${f.searched}`,
    next: f.install,
  }),
  'process.not-executable': (f: { command: string; detail: string }) => ({
    kind: 'needs-human',
    what: `"${f.command}" cannot be executed.`,
    why: `The system refused to start it (${f.detail}): the file is not executable, or is a folder, or its interpreter is missing.`,
    next: `Check it with: ls -l "${f.command}" and make it executable with: chmod +x`,
  }),
  'process.missing-folder': (f: { folder: string }) => ({
    kind: 'permanent',
    what: `The folder ${f.folder}, in which a program should run, is not there.`,
    why: 'It was removed, or never made.',
    next: 'Run again; if it happens again, check who deletes that folder.',
  }),
  'process.not-started': (f: { command: string; detail: string }) => ({
    kind: 'permanent',
    what: `A program could not be started: ${f.command}`,
    why: f.detail,
    next: 'Check the command and the limits of the system (ulimit -a), then run again.',
  }),
  'process.exit-code': (f: { command: string; exitCode: number; crash: string | null; stderr: string }) => ({
    kind: 'permanent',
    what: `A program failed with exit code ${f.exitCode}${f.crash ? ` (${f.crash})` : ''}: ${f.command}`,
    why: orSilence(f.stderr),
    next: 'Read its output; run the same command by hand to see more.',
  }),
  'process.signalled': (f: { command: string; signal: string; stderr: string }) => ({
    kind: 'permanent',
    what: `A program was ended by ${f.signal}: ${f.command}`,
    why: `Nothing of Runyard ended it: it crashed, or the system did (out of memory, for example). ${orSilence(f.stderr)}`,
    next: 'Look for "Out of memory" in the output of: dmesg',
  }),
  'process.timed-out': (f: { command: string; limitMs: number; stderr: string }) => ({
    kind: 'permanent',
    what: `A program was ended after its limit of ${f.limitMs / 1000} s: ${f.command}`,
    why: `It was still running when its time was over. ${orSilence(f.stderr)}`,
    next: 'Raise the limit (limits in runyard.yaml), or find out what it waited for.',
  }),
  'process.silent': (f: { command: string; limitMs: number; stderr: string }) => ({
    kind: 'permanent',
    what: `A program was ended after ${f.limitMs / 1000} s without any output: ${f.command}`,
    why: `That long a silence counts as a hang. ${orSilence(f.stderr)}`,
    next: 'Raise limits.silenceMs in runyard.yaml if it is known to think that long.',
  }),
  'process.no-first-output': (f: { command: string; limitMs: number; stderr: string }) => ({
    kind: 'permanent',
    what: `A program was ended as it wrote nothing in its first ${f.limitMs / 1000} s: ${f.command}`,
    why: 'A program that does not even begin usually waits for the network, for a key, or for input.',
    next: 'Check with runyard doctor that it is set up and can be reached.',
  }),
  'process.stopped': (f: { command: string; reason: string }) => ({
    kind: 'permanent',
    what: `A program was stopped: ${f.command}`,
    why: f.reason,
    next: 'Nothing, if that was intended; otherwise run again.',
  }),
  'process.sandbox-unavailable': (f: { mode: string; detail: string; install: string }) => ({
    kind: 'needs-human',
    what: `The sandbox "${f.mode}" that is asked for does not work on this machine.`,
    why: f.detail,
    next: f.install,
  }),
  'process.sandbox-failed': (f: { detail: string }) => ({
    kind: 'needs-human',
    what: 'The sandbox could not be set up, so the program was not started.',
    why: f.detail,
    next: 'Check the sandbox with: runyard doctor. Another kind can be set with sandbox.mode in runyard.yaml.',
  }),
  'process.sandbox-path-missing': (f: { path: string }) => ({
    kind: 'permanent',
    what: `The sandbox needs ${f.path}, but that is not there.`,
    why: 'It was removed, or never made.',
    next: 'Run again; if it happens again, check who deletes that folder.',
  }),
  'process.path-outside-workspace': (f: { path: string; detail: string }) => ({
    kind: 'permanent',
    what: `The path "${f.path}" is not allowed.`,
    why: f.detail,
    next: 'Use a path relative to the workspace, such as src/index.ts.',
  }),
  'process.path-not-found': (f: { path: string; suggestions: readonly string[] }) => ({
    kind: 'permanent',
    what: `There is no "${f.path}" in the workspace.`,
    why:
      f.suggestions.length === 0
        ? 'Nothing there has a similar name.'
        : `Did you mean: ${f.suggestions.join(', ')}?`,
    next: 'List the folder and use a path that is there.',
  }),
  'process.not-gone': (f: { pid: number }) => ({
    kind: 'retryable',
    what: `Process ${f.pid} is still there although it was killed.`,
    why: 'The system does not end a process while it waits for a disk or a network file system, or the process belongs to another user.',
    next: `Look at it with: ps -o pid,user,stat,wchan,args -p ${f.pid}`,
  }),
});
