import type { FastifyInstance } from 'fastify';
import { findRun } from '../../store/runs.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { implement } from '../operations/implement.ts';
import { getSavedPatch, listSavedWork, salvageRun } from '../operations/work.ts';

/** What a run saved, and giving it back. */
export function registerSalvageRoutes(app: FastifyInstance, { queue, salvage }: ApiDependencies): void {
  const { db } = queue.store;

  implement(app, listSavedWork, async ({ params }) => {
    const run = await findRun(db, params.id);
    return { run: run.id, saved: await salvage.listSaved(run) };
  });

  implement(app, getSavedPatch, async ({ params: { id, name } }) => {
    const patch = await salvage.patchOf(await findRun(db, id), name);
    return { name, patch: patch.toString('base64') };
  });

  implement(app, salvageRun, async ({ params, body }) =>
    salvage.giveBack(await findRun(db, params.id), body),
  );
}
