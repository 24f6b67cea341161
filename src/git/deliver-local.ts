import { join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { addObjects } from './add-objects.ts';
import { withBorrowedRepository } from './borrowed-repository.ts';
import { bundleRef } from './bundle.ts';
import { checkExisting, type DeliveryNames, fullNames } from './delivery-names.ts';
import { git, textOf } from './git.ts';
import { giveToOwner } from './give-to-owner.ts';
import { type RefUpdate, readRefs, type SourceAccess, updateRefs } from './source-refs.ts';
import { identityEnvironment, runyardIdentity } from './workspace.ts';

export interface DeliverLocalOptions extends DeliveryNames {
  /** `gitDir` of the resolved source. */
  readonly sourceGitDir: string;
  /** A bundle file made by `createBundle`, with `commit`. */
  readonly bundle: string;
  readonly date: Date;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface DeliveryOutcome {
  readonly branch: string;
  readonly tag: string;
  /** true: branch and tag were there as wanted; nothing was done. */
  readonly alreadyDelivered: boolean;
}

/**
 * Puts a commit into the user's repository as a new branch and a new tag, both or neither. Nothing else there changes, and nothing it
 * configures is run. Delivering the same again changes nothing.
 */
export async function deliverLocal(options: DeliverLocalOptions): Promise<DeliveryOutcome> {
  const { sourceGitDir, branch, tag, commit, baseCommit, bundle, timeoutMs, signal } = options;
  const access: SourceAccess = { gitDir: sourceGitDir, timeoutMs, signal };
  const names = fullNames(options);
  const outcome = { branch, tag: tag.name };
  const existing = checkExisting(options, await readRefs(access, [names.branch, names.tag]));
  if (existing.branch && existing.tag) return { ...outcome, alreadyDelivered: true };
  const objects = { to: sourceGitDir, from: bundle, ref: bundleRef(commit), commit, base: baseCommit };
  const [tagObject] = await Promise.all([writeTag(options), addObjects({ ...objects, timeoutMs, signal })]);
  const updates: RefUpdate[] = [];
  if (!existing.branch) updates.push({ name: names.branch, expected: null, value: commit });
  if (!existing.tag) updates.push({ name: names.tag, expected: null, value: tagObject });
  const alreadyDelivered = await createRefs(access, updates, options);
  giveToOwner(sourceGitDir, [names.branch, names.tag], [tagObject]);
  return { ...outcome, alreadyDelivered };
}

async function createRefs(
  access: SourceAccess,
  updates: readonly RefUpdate[],
  options: DeliverLocalOptions,
): Promise<boolean> {
  try {
    await updateRefs(access, updates, identityEnvironment(runyardIdentity, options.date));
    return false;
  } catch (error) {
    // Another delivery of the same run may have been faster; that is the same outcome.
    const { branch, tag } = fullNames(options);
    const existing = checkExisting(options, await readRefs(access, [branch, tag]));
    if (existing.branch && existing.tag) return true;
    throw error;
  }
}

/** The tag's text is the same whenever it is made for the same delivery, and so is the object. */
export function tagText({ baseCommit, tag }: DeliveryNames, date: Date): string {
  const { name, email } = runyardIdentity;
  const seconds = Math.floor(date.getTime() / 1000);
  const head = [
    `object ${baseCommit}`,
    'type commit',
    `tag ${tag.name}`,
    `tagger ${name} <${email}> ${seconds} +0000`,
  ];
  return `${head.join('\n')}\n\n${tag.message.trimEnd()}\n`;
}

async function writeTag(options: DeliverLocalOptions): Promise<string> {
  const { sourceGitDir, baseCommit, date, timeoutMs, signal } = options;
  if (options.tag.message.includes('\0')) {
    throw runyardError('git.bad-state', {
      repository: sourceGitDir,
      detail: 'The message of the tag holds a NUL character.',
    });
  }
  return withBorrowedRepository({ from: sourceGitDir, head: baseCommit }, async (gitDir) => {
    const env = { GIT_OBJECT_DIRECTORY: join(sourceGitDir, 'objects') };
    const output = await git(['mktag'], { gitDir, env, input: tagText(options, date), timeoutMs, signal });
    return textOf(output).trim();
  });
}
