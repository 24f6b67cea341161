import { z } from 'zod';
import { guardPolicySchema } from '../domain/guard.ts';
import { checkOverrideSchema } from '../domain/run.ts';
import { section } from './section.ts';
import { choice, structure, toggle } from './setting.ts';

export const checkSettings = section({
  mode: choice(['auto', 'off'], 'auto', {
    description:
      'auto: detect the checks of the repository and run them. off: run none (a run then waits for a person, or see allowUnverified).',
    guarded: true,
  }),
  commands: structure(z.array(checkOverrideSchema).min(1).nullable().default(null), {
    description: 'Checks to run instead of the detected ones. Commands are lists of words, not shell text.',
    type: 'list of { name, command }, or null',
    example: '[{ name: test, command: [npm, test] }]',
  }),
  guards: structure(guardPolicySchema.default({}), {
    description:
      'What guards do when they find something in a change, where it is not the default (docs/guards.md): block, ask, warn or off. A repository can only make them stricter.',
    type: 'guard: block, ask, warn or off',
    example: '{ changed-expectations: block, ci-files: warn }',
    guarded: true,
  }),
  format: choice(['fail', 'warn'], 'fail', {
    description:
      'What a check of formatting that the change makes worse does. fail: the change is refused. warn: it is said, and the change can pass.',
    guarded: true,
  }),
  allowUnverified: toggle(false, {
    description: 'Deliver also when no check could run. Reports then say UNVERIFIED.',
    guarded: true,
  }),
  autofix: toggle(true, {
    description:
      'Before another attempt, let the repository’s own formatter and linter mend what they can in the files of the change; no model is used.',
  }),
});
