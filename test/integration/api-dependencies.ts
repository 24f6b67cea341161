import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiDependencies } from '../../src/api/dependencies.ts';
import { createFileArtifacts } from '../../src/artifacts/file-artifacts.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { testViews } from './view-testing.ts';

type Given = Pick<ApiDependencies, 'apiToken' | 'signingKey' | 'onUnexpected'> & {
  queue: Queue;
  folder: string;
};

/** An API on a real database with nothing behind it that would run anything: what a test needs more it puts over it. */
export function testApiDependencies({ folder, ...given }: Given): ApiDependencies {
  const unused = () => Promise.reject(new Error('not part of this test'));
  return {
    ...given,
    artifacts: createFileArtifacts(folder),
    leaseMs: 15_000,
    breakers: { failures: 5, pauseMs: 1000, longestPauseMs: 1000, personMs: 1000 },
    lessons: { enabled: true, scope: 'repository' },
    maxQueued: 100,
    requestsPerMinute: 100_000,
    accepting: () => true,
    specOf: () => {
      throw new Error('not part of this test');
    },
    lookAtQueue: () => undefined,
    requireRunnable: async () => [],
    nodeId: 'test',
    version: '0.0.0',
    dashboardFolder: path.join(folder, 'no-dashboard'),
    health: unused,
    queueView: unused,
    waitForEvent: (_run, waitMs) => delay(waitMs, 'look' as const, { ref: false }),
    live: { wake: () => undefined, join: unused, close: () => undefined },
    runChanged: () => undefined,
    assignmentOf: unused,
    issueGatewayToken: () => '',
    deliver: unused,
    diffOf: unused,
    rollback: unused,
    receiptKeyId: unused,
    salvage: { listSaved: unused, patchOf: unused, giveBack: unused },
    views: testViews(),
  };
}
