import { workspaceStrategies } from '../domain/workspace-strategy.ts';
import { section } from './section.ts';
import { choice } from './setting.ts';

export const workspaceSettings = section({
  strategy: choice(['auto', ...workspaceStrategies], 'auto', {
    description:
      'How the files of a large repository come into a workspace. overlay: mounted over a prepared checkout. checkout: written one by one. auto, and overlay where it does not work: what this machine can do; runyard doctor says which.',
    guarded: true,
  }),
});
