import { defineErrors } from './definition.ts';

export const chaosErrors = defineErrors({
  'chaos.no-server': (f: { output: string }) => ({
    kind: 'permanent',
    what: 'The control plane under test did not start.',
    why: f.output === '' ? 'It said nothing.' : `Its last words: ${f.output}`,
    next: 'Run runyard doctor: what keeps a server from starting keeps this test from starting too.',
  }),
  'chaos.unsupported': (f: { platform: string }) => ({
    kind: 'permanent',
    what: `runyard chaos does not work on ${f.platform}.`,
    why: 'It judges from the process table in /proc, which only Linux has.',
    next: 'Run it on Linux, for example in a container.',
  }),
});
