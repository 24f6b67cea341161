import { defineErrors } from './definition.ts';

export const planErrors = defineErrors({
  'plan.malformed': (f: { problems: readonly string[] }) => ({
    kind: 'permanent',
    what: 'The planner did not give a usable plan, even after it was told what was wrong.',
    why: `The answer broke these rules: ${f.problems.slice(0, 5).join('; ')}`,
    next: 'Run it again, choose another planning model (models.plan in runyard.yaml), or go without a plan: --no-plan',
  }),
  'plan.no-model': (_f: { setting: string }) => ({
    kind: 'needs-human',
    what: 'A plan was asked for, but no model is configured for planning.',
    why: `${_f.setting} is not set and no model was given.`,
    next: 'Give one with --model provider/model, set models.plan in runyard.yaml, or go without a plan: --no-plan',
  }),
});
