import { runyardError } from '../domain/errors/runyard-error.ts';
import { importBundle } from './bundle.ts';
import { createMissing } from './create-missing.ts';
import { type DeliveryOutcome, tagText } from './deliver-local.ts';
import { checkExisting, type DeliveryNames, fullNames } from './delivery-names.ts';
import { git, isGitError, textOf } from './git.ts';
import type { UserEnvironment } from './git-environment.ts';
import { listRemote } from './resolve-remote.ts';
import type { SourceRef } from './source-refs.ts';

export interface DeliverRemoteOptions extends DeliveryNames {
  readonly url: string;
  /** The mirror of that remote; the push starts from it. */
  readonly mirrorDir: string;
  readonly bundle: string;
  readonly date: Date;
  readonly userEnvironment: UserEnvironment;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called right before the push; it throws when it must not be. */
  readonly confirm?: () => Promise<void>;
}

/**
 * Pushes branch and tag, both or neither, and only if neither is there. Whatever the answer of the push, what counts is what the remote
 * then has: a push whose answer was lost is a delivery, not a failure.
 */
export async function deliverRemote(options: DeliverRemoteOptions): Promise<DeliveryOutcome> {
  const { mirrorDir, bundle, commit, branch, tag, timeoutMs, signal, date } = options;
  const outcome = { branch, tag: tag.name };
  const existing = checkExisting(options, await remoteRefs(options));
  if (existing.branch && existing.tag) return { ...outcome, alreadyDelivered: true };
  await importBundle({ gitDir: mirrorDir, file: bundle, commit, timeoutMs, ...(signal && { signal }) });
  const made = await git(['mktag'], { gitDir: mirrorDir, input: tagText(options, date), timeoutMs, signal });
  const names = fullNames(options);
  const wanted: PushedRef[] = [];
  if (!existing.branch) wanted.push({ name: names.branch, value: commit, expected: null });
  if (!existing.tag) wanted.push({ name: names.tag, value: textOf(made).trim(), expected: null });
  await createMissing({
    wanted,
    names: options,
    confirm: options.confirm,
    create: (refs) => pushRefs(refs, { ...options, gitDir: mirrorDir }),
    look: () => remoteRefs(options),
  });
  return { ...outcome, alreadyDelivered: false };
}

async function remoteRefs(options: DeliverRemoteOptions): Promise<ReadonlyMap<string, SourceRef>> {
  const { url, timeoutMs, signal, userEnvironment } = options;
  const { branch, tag } = fullNames(options);
  const access = { timeoutMs, signal, remoteAccess: userEnvironment };
  const { commits, objects } = await listRemote(url, access, [branch, tag, `${tag}^{}`]);
  return new Map(
    [...commits].map(([name, commit]) => [name, { commit, object: objects.get(name) ?? commit }]),
  );
}

export interface PushedRef {
  /** Full name. */
  readonly name: string;
  readonly value: string;
  /** What the remote must have there now; null: nothing. */
  readonly expected: string | null;
}

export interface PushOptions {
  readonly gitDir: string;
  readonly url: string;
  readonly userEnvironment: UserEnvironment;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** One atomic push, each ref only if the remote has what is expected there. */
export async function pushRefs(refs: readonly PushedRef[], options: PushOptions): Promise<void> {
  const { gitDir, url, userEnvironment, timeoutMs, signal } = options;
  const leases = refs.map(({ name, expected }) => `--force-with-lease=${name}:${expected ?? ''}`);
  const specs = refs.map(({ name, value }) => `${value}:${name}`);
  const args = ['push', '--quiet', '--porcelain', '--atomic', '--no-verify', ...leases, '--', url, ...specs];
  try {
    await git(args, { gitDir, timeoutMs, signal, subject: url, remoteAccess: userEnvironment });
  } catch (error) {
    if (!isGitError(error, 'git.failed')) throw error;
    const detail = String(error.fields['stderr']) || 'The remote gave no reason.';
    throw runyardError(
      'git.push-rejected',
      { remote: url, refs: refs.map(({ name }) => name), detail },
      error,
    );
  }
}
