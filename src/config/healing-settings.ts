import { z } from 'zod';
import {
  defaultHealing,
  healableCategories,
  healableClasses,
  healingActions,
  healingChoicesSchema,
  mostPatience,
  mostVerifications,
} from '../domain/healing-policy.ts';
import { section } from './section.ts';
import { integer, structure } from './setting.ts';

const names: ReadonlySet<string> = new Set([...healableCategories, ...healableClasses]);
const actions: ReadonlySet<string> = new Set(healingActions);

/** Names what is wrong in words, where zod would only say that a key is not one of fifty. */
const choices = z.record(z.string(), z.unknown()).superRefine((value, context) => {
  for (const [name, action] of Object.entries(value)) {
    const problem = !names.has(name)
      ? 'is no category or class of failures; docs/healing.md lists them'
      : !actions.has(String(action))
        ? `${String(action).slice(0, 40)} is no action; it may be one of: ${healingActions.join(', ')}`
        : null;
    if (problem) context.addIssue({ code: 'custom', path: [name], message: problem });
  }
});

export const healingSettings = section({
  actions: structure(choices.pipe(healingChoicesSchema).default({}), {
    description:
      'What follows a failure, by category or by class (code, dependencies, environment, git, model), where the default of docs/healing.md is not wanted. A category counts before its class.',
    type: `category or class: one of ${healingActions.join(', ')}`,
    example: '{ timeout: retry, missing_env_var: ask, auth: ask }',
    guarded: true,
  }),
  patience: integer(
    { min: 1, max: mostPatience, default: defaultHealing.patience },
    {
      description:
        'After how many attempts of one agent and model that are not nearer to passing the next rung of the ladder has its turn.',
      guarded: true,
    },
  ),
  verifyAgain: integer(
    { min: 0, max: mostVerifications, default: defaultHealing.verifyAgain },
    {
      description:
        'How often a commit is verified again, after a wait, when its failure may pass by itself (network, a killed process). Does not count as an attempt.',
      guarded: true,
    },
  ),
});
