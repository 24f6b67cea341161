import { defineErrors } from './definition.ts';

export const reviewErrors = defineErrors({
  'review.no-model': (f: { stage: string; setting: string }) => ({
    kind: 'needs-human',
    what: `The stage ${f.stage} is switched on, but no model is configured for it.`,
    why: `Neither ${f.setting} nor models.review is set, and no model was given.`,
    next: `Set models.review in runyard.yaml, or review.${f.stage}.mode: off`,
  }),
  'review.malformed': (f: { stage: string; problems: readonly string[] }) => ({
    kind: 'permanent',
    what: `The ${f.stage} reviewer did not give a usable review, even after it was told what was wrong.`,
    why: `The answer broke these rules: ${f.problems.slice(0, 5).join('; ')}`,
    next: 'Choose another model for reviews (models.review in runyard.yaml), or run it again.',
  }),
});
