import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ApiClient } from '../api/client.ts';
import type { SavedWorkResponse, SavedWorkView } from '../api/contract.ts';
import { messageOf, runyardError } from '../domain/errors/runyard-error.ts';
import { clean } from './clean.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { renderSavedWork } from './render/saved-work.ts';
import { withSession } from './with-session.ts';

export interface SalvageOptions {
  readonly list?: true;
  readonly pick?: string;
  readonly branch?: string;
  readonly into?: string;
}

/** `runyard salvage`: lists what a run saved, and gives it back as a branch of the source or as patches. */
export function salvageRun(
  context: CliContext,
  id: string,
  options: SalvageOptions & CommonOptions,
): Promise<ExitCode> {
  refuseBoth(options);
  return withSession(context, { options, drive: false }, async ({ api }) => {
    const { terminal } = context;
    const found = await api.savedWork(id);
    const say = (text: string) => (options.json ? undefined : terminal.out(text));
    if (found.saved.length === 0 && !options.list)
      throw runyardError('run.nothing-saved', { run: found.run });
    say(found.saved.length === 0 ? 'The run saved no work.' : renderSavedWork(found.saved, terminal.style));
    const given = options.list ? {} : await giveBack(context, { api, found, options, say });
    if (options.json) terminal.out(JSON.stringify({ ...found, ...given }));
    return exitCodes.succeeded.code;
  });
}

function refuseBoth({ into, branch, list }: SalvageOptions): void {
  const given = [into && '--into', branch && '--branch', list && '--list'].filter(Boolean);
  if (given.length < 2) return;
  throw runyardError('cli.usage', {
    problem: `${given.join(' and ')} exclude each other.`,
    help: 'runyard salvage --help',
  });
}

interface Giving {
  readonly api: ApiClient;
  readonly found: SavedWorkResponse;
  readonly options: SalvageOptions;
  readonly say: (text: string) => void;
}

async function giveBack(context: CliContext, { api, found, options, say }: Giving): Promise<object> {
  const { into, branch, pick } = options;
  if (into !== undefined) {
    const wanted = pick === undefined ? found.saved : [picked(found, pick)];
    const files = await writePatches(path.resolve(context.cwd, into), { api, run: found.run, wanted });
    say(`\nWritten: ${files.map(clean).join(', ')}\nUse one with: git apply <file>`);
    return { files };
  }
  const given = await api.salvage(found.run, {
    ...(pick === undefined ? {} : { name: pick }),
    ...(branch === undefined ? {} : { branch }),
  });
  const made = given.created ? 'is now' : 'was already';
  say(`\n${clean(given.name)} ${made} the branch ${clean(given.branch)} of the source, at ${given.commit}.`);
  return { given };
}

function picked({ run, saved }: SavedWorkResponse, name: string): SavedWorkView {
  const work = saved.find((known) => known.name === name);
  if (work) return work;
  throw runyardError('run.no-such-saved-work', { run, name, known: saved.map((known) => known.name) });
}

async function writePatches(
  folder: string,
  { api, run, wanted }: { api: ApiClient; run: string; wanted: readonly SavedWorkView[] },
): Promise<string[]> {
  const files: string[] = [];
  for (const { name } of wanted) {
    const { patch } = await api.savedPatch(run, name);
    const file = path.join(folder, `${run}-${name.replaceAll(/[^\w.-]/g, '-')}.patch`);
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(file, Buffer.from(patch, 'base64'), { flag: 'wx' });
    } catch (error) {
      throw runyardError('cli.file-not-written', { file, detail: messageOf(error) }, error);
    }
    files.push(file);
  }
  return files;
}
