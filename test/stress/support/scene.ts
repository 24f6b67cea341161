import { afterEach, beforeEach } from 'vitest';
import { cleanEnvironment } from '../../e2e/support/cli.ts';
import { temporaryFolder } from '../../e2e/support/repository.ts';
import { openStage, type Stage } from './stage.ts';

/** A folder and a control plane for each test of a file; both are gone after it. */
export function stressScene() {
  let folder = '';
  let removeFolder: () => Promise<void>;
  let stage: Stage | null;
  beforeEach(async () => {
    ({ folder, remove: removeFolder } = await temporaryFolder());
    stage = null;
  });
  afterEach(async () => {
    await stage?.remove();
    await removeFolder();
  });
  return {
    get folder() {
      return folder;
    },
    async open(options: Parameters<typeof openStage>[0]): Promise<Stage> {
      stage = await openStage(options, cleanEnvironment()['PATH'] ?? '');
      return stage;
    },
  };
}
