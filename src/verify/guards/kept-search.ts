import { join } from 'node:path';
import { z } from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import { type GuardPolicy, guardPolicySchema } from '../../domain/guard.ts';
import { canonicalJson, sha256Hex } from '../../lib/canonical-json.ts';
import { keep, readKept } from '../kept-file.ts';
import { longestKeptMs } from '../would-end-alike.ts';
import type { Searched } from './run-guards.ts';
import { suspectedSchema } from './suspicion-schemas.ts';

/** All that a search depends on: the texts of both trees, and what the plan names. */
export interface SearchQuestion {
  readonly baseTree: string;
  readonly tree: string;
  readonly scope: readonly string[] | null;
}

export interface KeptSearch {
  readonly searched: Searched;
  /** Of the base commit's own settings. */
  readonly policy: GuardPolicy;
}

const kept = z.object({
  at: z.number(),
  policy: guardPolicySchema,
  searched: z.object({
    hasNewPackages: z.boolean(),
    suspected: z.array(suspectedSchema),
  }),
});

/** What a search of the same trees suspected. What follows from it is decided anew, with the operator's policy of the day. */
export async function findSearch(folder: string, question: SearchQuestion): Promise<KeptSearch | null> {
  const found = await readKept(fileOf(folder, question), kept);
  return found && Date.now() - found.at <= longestKeptMs ? found : null;
}

export async function keepSearch(
  folder: string,
  question: SearchQuestion,
  search: KeptSearch,
): Promise<void> {
  await keep(fileOf(folder, question), { at: Date.now(), ...search });
}

function fileOf(folder: string, question: SearchQuestion): string {
  const parts = { form: 1, runyard: packageJson.version, ...question };
  return join(folder, `guards-${sha256Hex(canonicalJson(parts))}.json`);
}
