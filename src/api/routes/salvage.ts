import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findRun } from '../../store/runs.ts';
import { requireApiToken } from '../authenticate.ts';
import { apiRoutes, salvageRequestSchema } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';

const idParams = z.object({ id: z.string().min(1).max(64) });
const nameParams = z.object({ name: z.string().min(1).max(200) });

/** What a run saved, and giving it back. */
export function registerSalvageRoutes(app: FastifyInstance, dependencies: ApiDependencies): void {
  const { queue, salvage, apiToken } = dependencies;
  const runOf = async (request: FastifyRequest) => findRun(queue.store.db, idParams.parse(request.params).id);
  app.register(async (routes) => {
    routes.addHook('onRequest', async (request) => requireApiToken(request, apiToken));

    routes.get(apiRoutes.salvage, async (request) => {
      const run = await runOf(request);
      return { run: run.id, saved: await salvage.listSaved(run) };
    });

    routes.get(apiRoutes.salvagePatch, async (request) => {
      const { name } = nameParams.parse(request.params);
      const patch = await salvage.patchOf(await runOf(request), name);
      return { name, patch: patch.toString('base64') };
    });

    routes.post(apiRoutes.salvage, async (request) => {
      const body = salvageRequestSchema.parse(request.body);
      return salvage.giveBack(await runOf(request), body);
    });
  });
}
