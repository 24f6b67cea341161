import { text } from 'node:stream/consumers';
import { toErrorData } from '../../domain/errors/runyard-error.ts';
import { snapshotWorkspace } from '../snapshot-workspace.ts';
import { snapshotAnswer, snapshotRequest } from './protocol.ts';

/** Snapshots a workspace from where its work tree is mounted: started in a mount namespace that has it. One request on stdin, one answer on stdout. */
async function main(): Promise<void> {
  const { date, ...request } = snapshotRequest.parse(JSON.parse(await text(process.stdin)));
  const answer = await snapshotWorkspace({ ...request, date: new Date(date) }).then(
    (value) => ({
      saved: value.unchanged ? null : { ref: value.ref, commit: value.commit, tree: value.tree },
    }),
    (error: unknown) => ({ error: toErrorData(error) }),
  );
  process.stdout.write(JSON.stringify(snapshotAnswer.parse(answer)));
}

await main();
