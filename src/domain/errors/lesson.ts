import { defineErrors } from './definition.ts';

export const lessonErrors = defineErrors({
  'api.no-such-lesson': (f: { lesson: string }) => ({
    kind: 'permanent',
    what: `There is no lesson ${f.lesson}.`,
    why: 'It was forgotten, or never learned; lessons are named by their id or a unique start of it.',
    next: 'See them with: runyard kb list',
  }),
  'api.ambiguous-lesson': (f: { lesson: string }) => ({
    kind: 'permanent',
    what: `Several lessons begin with "${f.lesson}".`,
    why: 'A shortened id must fit one lesson only.',
    next: 'Write more of it; runyard kb list prints whole ids.',
  }),
});
