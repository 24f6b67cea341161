import { join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { withBorrowedRepository } from './borrowed-repository.ts';
import { createMissing } from './create-missing.ts';
import { type DeliveryNames, fullNames } from './delivery-names.ts';
import { git, textOf } from './git.ts';
import { giveToOwner } from './give-to-owner.ts';
import { type RefUpdate, readRefs, type SourceAccess, updateRefs } from './source-refs.ts';
import { unpackBundle } from './unpack-bundle.ts';
import { identityEnvironment, runyardIdentity } from './workspace.ts';

export interface DeliverLocalOptions extends DeliveryNames {
  /** `gitDir` of the resolved source. */
  readonly sourceGitDir: string;
  /** A bundle file made by `createBundle`, with `commit`. */
  readonly bundle: string;
  readonly date: Date;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called right before refs are made; it throws when they must not be. */
  readonly confirm?: () => Promise<void>;
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
  const { sourceGitDir, branch, tag, commit, timeoutMs, signal } = options;
  const access: SourceAccess = { gitDir: sourceGitDir, timeoutMs, signal };
  const names = fullNames(options);
  const outcome = { branch, tag: tag.name };
  const tagObject = await addObjects(options);
  const branchUpdate = { name: names.branch, expected: null, value: commit };
  const tagUpdate = { name: names.tag, expected: null, value: tagObject };
  const alreadyDelivered = await createRefs(access, [branchUpdate, tagUpdate], options);
  giveToOwner(sourceGitDir, [names.branch, names.tag], [tagObject]);
  return { ...outcome, alreadyDelivered };
}

/** Bundle and tag object, through a git directory of ours, so that nothing the source configures takes part. Gives the tag object's id. */
async function addObjects(options: DeliverLocalOptions): Promise<string> {
  const { sourceGitDir, baseCommit, bundle, timeoutMs, signal } = options;
  refuseNul(options);
  return withBorrowedRepository({ from: sourceGitDir, head: baseCommit }, async (gitDir) => {
    const env = { GIT_OBJECT_DIRECTORY: join(sourceGitDir, 'objects') };
    const subject = sourceGitDir;
    const [made] = await Promise.all([
      git(['mktag'], { gitDir, env, input: tagText(options, options.date), timeoutMs, signal }),
      unpackBundle({ gitDir, env, file: bundle, subject, timeoutMs, signal }),
    ]);
    return textOf(made).trim();
  });
}

async function createRefs(
  access: SourceAccess,
  updates: readonly RefUpdate[],
  options: DeliverLocalOptions,
): Promise<boolean> {
  const identity = identityEnvironment(runyardIdentity, options.date);
  const { branch, tag } = fullNames(options);
  const outcome = await createMissing({
    wanted: updates,
    names: options,
    confirm: options.confirm,
    create: (refs) => updateRefs(access, refs, identity),
    look: () => readRefs(access, [branch, tag]),
  });
  return outcome === 'found';
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

function refuseNul({ sourceGitDir, tag }: DeliverLocalOptions): void {
  if (!tag.message.includes('\0')) return;
  const detail = 'The message of the tag holds a NUL character.';
  throw runyardError('git.bad-state', { repository: sourceGitDir, detail });
}
