import { join } from 'node:path';

/** The parts of a run's workspace that git works with. */
export interface WorkspaceFolders {
  /** The agent's work tree, with a disposable `.git` of its own that the host never reads again. */
  readonly checkout: string;
  /** The host's git directory for that work tree; the agent never sees it. */
  readonly hostGit: string;
  /** The index as it was when the workspace was made: what a snapshot starts from. */
  readonly baseIndex: string;
}

export function workspaceFolders(workspaceDir: string): WorkspaceFolders {
  const hostGit = join(workspaceDir, 'host.git');
  return { checkout: join(workspaceDir, 'checkout'), hostGit, baseIndex: join(hostGit, 'index.base') };
}

export interface Identity {
  readonly name: string;
  readonly email: string;
}

export const runyardIdentity: Identity = { name: 'Runyard', email: 'runyard@localhost' };

/** The environment that makes commits and tags carry a name and a time. */
export function identityEnvironment(author: Identity, date: Date): Record<string, string> {
  const seconds = secondsOf(date);
  const { name, email } = usable(author);
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: seconds,
    GIT_COMMITTER_NAME: runyardIdentity.name,
    GIT_COMMITTER_EMAIL: runyardIdentity.email,
    GIT_COMMITTER_DATE: seconds,
  };
}

/** The same as the lines of a commit. */
export function signature(author: Identity, date: Date): { authorLine: string; committerLine: string } {
  const line = ({ name, email }: Identity) => `${name} <${email}> ${secondsOf(date)}`;
  return { authorLine: line(usable(author)), committerLine: line(runyardIdentity) };
}

function secondsOf(date: Date): string {
  return `${Math.floor(date.getTime() / 1000)} +0000`;
}

function usable({ name, email }: Identity): Identity {
  return {
    name: cleaned(name) || runyardIdentity.name,
    email: cleaned(email) || runyardIdentity.email,
  };
}

function cleaned(text: string): string {
  return text.replaceAll(/[<>\n\0]/g, ' ').trim();
}
