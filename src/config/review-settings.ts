import { modelRefSchema } from '../domain/model-ref.ts';
import { blockingSeverities, mostReviewRounds, usedUpActions } from '../domain/review.ts';
import { section } from './section.ts';
import { choice, integer, text, toggle } from './setting.ts';

/** What a second model reviews after the checks have passed, stage by stage (L1, L2). A stage that is not known is an error at start-up. */
export const reviewSettings = section({
  quality: reviewStage(
    'whether the change does what the ticket asks, and what checks do not see',
    'on: a model reviews',
  ),
  security: reviewStage('what an attacker could do with the change', 'on: a model reviews'),
});

function reviewStage(what: string, on: string) {
  return section({
    mode: choice(['off', 'on'], 'off', {
      description: `${on} ${what}, before it is delivered.`,
      guarded: true,
    }),
    model: text(modelRefSchema.nullable().default(null), {
      description: 'Model that reviews in this stage. Default: models.review.',
      type: 'provider/model',
      example: 'openai/gpt-5.2',
      guarded: true,
    }),
    blockOn: choice(blockingSeverities, 'major', {
      description: 'Findings of this severity, and worse ones, send the work back.',
      guarded: true,
    }),
    maxRounds: integer(
      { min: 0, max: mostReviewRounds, default: 2 },
      {
        description: 'How often this stage may send the work back. 0: it only says what it thinks.',
        guarded: true,
      },
    ),
    whenUsedUp: choice(usedUpActions, 'wait', {
      description:
        'When it still has such findings then. wait: for a person (runyard approve). deliver: deliver, and name the findings.',
      guarded: true,
    }),
    required: toggle(false, {
      description:
        'Whether a change that could not be reviewed waits: for the provider, then for a person. Otherwise it is delivered, and the run says so.',
      guarded: true,
    }),
  });
}
