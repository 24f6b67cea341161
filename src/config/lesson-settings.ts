import { lessonScopes } from '../domain/lesson.ts';
import { section } from './section.ts';
import { choice, toggle } from './setting.ts';

export const lessonSettings = section({
  enabled: toggle(true, {
    description:
      'Learn from runs what mended which problem, and tell later attempts that meet it. Off: nothing is learned or told; what is known can still be read and forgotten with "runyard kb".',
  }),
  scope: choice(lessonScopes, 'repository', {
    description:
      'repository: what was learned stays with its repository. global: others are told too, but only the message of the tool without names, and which kind of edit mended it; never text of code.',
    guarded: true,
  }),
});
