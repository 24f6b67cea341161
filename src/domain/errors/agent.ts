import { defineErrors, type ErrorKind } from './definition.ts';

export const agentErrors = defineErrors({
  'agent.not-found': (f: { agent: string; known: readonly string[] }) => ({
    kind: 'permanent',
    what: `There is no agent called "${f.agent}".`,
    why: `Known agents: ${f.known.join(', ')}.`,
    next: 'Choose one with --agent, or set agent in runyard.yaml.',
  }),
  'agent.not-installed': (f: {
    agent: string;
    executable: string;
    looked: readonly string[];
    install: string;
  }) => ({
    kind: 'needs-human',
    what: `The agent ${f.agent} is not installed on this machine.`,
    why: `${f.executable} was not found as a program that can be run. Looked at: ${f.looked.join(', ') || 'nothing'}.`,
    next: f.install,
  }),
  'agent.unusable': (f: { agent: string; executable: string; detail: string; install: string }) => ({
    kind: 'needs-human',
    what: `The agent ${f.agent} was found but does not start.`,
    why: `${f.executable}: ${f.detail}`,
    next: f.install,
  }),
  'agent.no-model': (f: { agent: string }) => ({
    kind: 'needs-human',
    what: `The agent ${f.agent} needs a model and none was given.`,
    why: 'No model is configured for implementing, or no provider key is set.',
    next: 'Give one with --model provider/model, or set models.implement in runyard.yaml; see: runyard doctor',
  }),
  'agent.protocol-mismatch': (f: {
    agent: string;
    modelRef: string;
    protocol: string;
    speaks: readonly string[];
  }) => ({
    kind: 'permanent',
    what: `The agent ${f.agent} cannot use the model ${f.modelRef}.`,
    why: `The provider of that model speaks the ${f.protocol} protocol; the agent speaks ${f.speaks.join(' or ')}.`,
    next: 'Choose another model or another agent (the built-in one speaks both).',
  }),
  'agent.not-started': (f: { agent: string; detail: string }) => ({
    kind: 'permanent',
    what: `The agent ${f.agent} could not be started.`,
    why: f.detail,
    next: 'See what the machine lacks with: runyard doctor',
  }),
  'agent.failed': (f: { agent: string; exitCode: number | null; signal: string | null; stderr: string }) => ({
    kind: 'permanent',
    what: `The agent ${f.agent} failed: it ${howItEnded(f)}.`,
    why: f.stderr === '' ? 'It wrote nothing to its error output.' : `Its last words on stderr: ${f.stderr}`,
    next: 'Mend what the message names; runyard logs <run> shows all that the agent did.',
  }),
  'agent.no-terminal-event': (f: { agent: string; exitCode: number | null; stderr: string }) => ({
    kind: 'retryable',
    what: `The agent ${f.agent} ended without saying that it was done.`,
    why: `It exited with code ${f.exitCode ?? 'none'} before its final event, so its work may be half done.${stderrNote(f.stderr)}`,
    next: 'The next attempt starts again. If it repeats, look at: runyard logs <run>',
  }),
  'agent.reported-error': (f: { agent: string; reason: string; detail: string }) => ({
    kind: 'permanent',
    what: `The agent ${f.agent} reported that it failed (${f.reason}).`,
    why: f.detail === '' ? 'It gave no more detail.' : f.detail,
    next: 'runyard logs <run> shows what it did before.',
  }),
  'agent.unfinished': (f: { agent: string; turns: number }) => ({
    kind: 'retryable',
    what: `The agent ${f.agent} stopped without doing anything.`,
    why: `After ${f.turns} turns the model answered with text only, changed no file and did not call finish when asked to.`,
    next: 'Say in the ticket which files or which behaviour must change, or choose another model.',
  }),
  'agent.turn-limit': (f: { agent: string; turns: number }) => ({
    kind: 'permanent',
    what: `The agent ${f.agent} used up its ${f.turns} turns.`,
    why: 'It was still working when the limit was reached.',
    next: 'Raise limits.turns in runyard.yaml or make the ticket smaller.',
  }),
  'agent.timed-out': (f: { agent: string; limitMs: number }) => ({
    kind: 'permanent',
    what: `The agent ${f.agent} did not finish within ${Math.round(f.limitMs / 1000)} s and was stopped.`,
    why: 'One attempt may not take longer than limits.attemptMs.',
    next: 'Raise limits.attemptMs in runyard.yaml or make the ticket smaller.',
  }),
  'agent.silent': (f: { agent: string; limitMs: number }) => ({
    kind: 'retryable',
    what: `The agent ${f.agent} said nothing for ${Math.round(f.limitMs / 1000)} s and was stopped.`,
    why: 'No output at all within limits.silenceMs: it hangs, or a command it started does.',
    next: 'runyard logs <run> shows its last act; raise limits.silenceMs if that act may take so long.',
  }),
  'agent.no-first-output': (f: { agent: string; limitMs: number }) => ({
    kind: 'retryable',
    what: `The agent ${f.agent} printed nothing at all within ${Math.round(f.limitMs / 1000)} s of its start and was stopped.`,
    why: 'It never began to work: it waits for an input, a login or a network that it does not get, or its first answer of a model did not come.',
    next: 'Check it with runyard doctor, and try its command by hand; raise limits.silenceMs if it needs that long to begin.',
  }),
  'agent.stopped': (f: { agent: string; reason: string }) => ({
    kind: 'permanent',
    what: `The agent ${f.agent} was stopped before it was done.`,
    why: f.reason,
    next: 'Its files were kept as they were when it stopped.',
  }),
  'agent.model-error': (f: {
    agent: string;
    status: number | null;
    code: string;
    kind: ErrorKind;
    detail: string;
  }) => ({
    kind: f.kind,
    what: `The agent ${f.agent} could not go on: its model gave no usable answer (${f.status === null ? f.code : `HTTP ${f.status}, ${f.code}`}).`,
    why: f.detail,
    next:
      f.kind === 'retryable'
        ? 'The next attempt asks again. If it repeats, look at the provider: runyard doctor --probe'
        : 'Check the key, the model name and the account: runyard doctor --probe',
  }),
  'agent.context-full': (f: { agent: string; detail: string }) => ({
    kind: 'permanent',
    what: `The conversation of the agent ${f.agent} does not fit into the model's context any more.`,
    why: f.detail,
    next: 'Make the ticket smaller, or choose a model with a larger context.',
  }),
  'agent.permission-denied': (f: { agent: string; tools: readonly string[] }) => ({
    kind: 'permanent',
    what: `The agent ${f.agent} was refused every tool it wanted to use.`,
    why: `It may not ask a person here, so it was denied: ${f.tools.join(', ')}.`,
    next: 'Use a host with bubblewrap (see runyard doctor), where the agent needs no permission of its own.',
  }),
});

function howItEnded({ exitCode, signal }: { exitCode: number | null; signal: string | null }): string {
  if (signal !== null) return `was ended by signal ${signal}`;
  return `exited with code ${exitCode ?? 'none'}`;
}

function stderrNote(stderr: string): string {
  return stderr === '' ? '' : ` Its last words on stderr: ${stderr}`;
}
