import { join } from 'node:path';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import type { RunSpec } from '../domain/run.ts';
import { checkSchema } from '../domain/verdict.ts';
import { canonicalJson, sha256Hex } from '../lib/canonical-json.ts';
import { type CheckPlan, programsOf } from './check-plan.ts';
import { packageManagers } from './detect/package-manager.ts';
import { keep, readKept } from './kept-file.ts';
import { isOutOfReach, type VerifyHost } from './sandbox-settings.ts';
import type { KeyPlan } from './verdict-cache.ts';

/** What decides a plan, besides which programs the machine has. */
export interface PlanQuestion {
  readonly baseTree: string;
  readonly tree: string;
  readonly commands: RunSpec['checks']['commands'];
  readonly timeoutMs: number;
  readonly host: VerifyHost;
}

export interface KeptPlan {
  readonly plan: KeyPlan;
  readonly warnings: readonly string[];
}

const argv = z.tuple([z.string()], z.string());
const install = z
  .object({
    argv,
    source: z.string(),
    prepares: argv.exactOptional(),
    brings: z
      .object({
        packageName: z.string(),
        version: z.string(),
        program: z.enum(packageManagers),
      })
      .exactOptional(),
  })
  .nullable();
const kept = z.object({
  checks: z.array(checkSchema),
  removed: z.array(checkSchema),
  install,
  baseInstall: install,
  warnings: z.array(z.string()),
  programs: z.array(z.tuple([z.string(), z.boolean()])),
});

/**
 * The plan of two trees, kept so that a second question about them reads nothing of the repository: it names the run that is kept (see
 * verdict-cache.ts), and is of no use without one. A machine that answers otherwise about one program gets a new plan.
 */
export async function findPlan(folder: string, question: PlanQuestion): Promise<KeptPlan | null> {
  if (!isOutOfReach(question.host)) return null;
  const found = await readKept(fileOf(folder, question), kept);
  if (!found) return null;
  const programs = programsOf(question.host.environment);
  if (found.programs.some(([name, answer]) => programs.has(name) !== answer)) return null;
  const { checks, removed, warnings } = found;
  return { plan: { checks, removed, install: found.install, baseInstall: found.baseInstall }, warnings };
}

export async function keepPlan(
  folder: string,
  question: PlanQuestion,
  { plan, warnings }: { plan: CheckPlan; warnings: readonly string[] },
): Promise<void> {
  if (!isOutOfReach(question.host)) return;
  const { checks, removed, baseInstall, programs } = plan;
  const value = { checks, removed, install: plan.install, baseInstall, warnings, programs: [...programs] };
  await keep(fileOf(folder, question), value);
}

function fileOf(folder: string, { host: _host, ...question }: PlanQuestion): string {
  const parts = { form: 1, runyard: packageJson.version, ...question };
  return join(folder, `plan-${sha256Hex(canonicalJson(parts))}.json`);
}
