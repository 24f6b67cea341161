import { defineErrors } from './definition.ts';

export const workerErrors = defineErrors({
  'worker.no-changes': (f: { agent: string }) => ({
    kind: 'permanent',
    what: `The agent ${f.agent} ended without changing anything.`,
    why: 'After it said it was done, the work tree was the same as before, ignored files aside.',
    next: 'Read what it did with runyard logs <run>; say in the ticket what should be different afterwards.',
  }),
  'worker.lost': (f: { exit: string; stderr: string }) => ({
    kind: 'retryable',
    what: `The worker of this run ended unexpectedly (${f.exit}).`,
    why: f.stderr === '' ? 'It said nothing before it ended.' : `Its last words: ${f.stderr}`,
    next: 'Nothing: the run resumes from its last checkpoint, within its recovery limit.',
  }),
  'worker.control-plane-unreachable': (f: { url: string; detail: string }) => ({
    kind: 'retryable',
    what: `The worker cannot reach the control plane at ${f.url}.`,
    why: f.detail,
    next: 'Check that the server runs (runyard doctor); the worker keeps trying until the deadline of the run.',
  }),
  'worker.protocol': (f: { detail: string }) => ({
    kind: 'permanent',
    what: 'Worker and control plane do not understand each other.',
    why: f.detail,
    next: 'Make sure both run the same version of Runyard.',
  }),
});
