import { shortId } from '../lib/ids.ts';

const LONGEST_PART = 48;

interface NamedTicket {
  readonly key: string | null;
  readonly title: string;
}

/** `runyard/<ticket>-<short id>`: always a name git accepts, whatever the ticket is called. */
export function branchName(ticket: NamedTicket, runId: string): string {
  return `runyard/${ticketPart(ticket)}-${refSafe(shortId(runId))}`;
}

/** `ai/<ticket>/before-<sha7>`: marks the state before the run; sha7 is of the run's commit. */
export function tagName(ticket: NamedTicket, commit: string): string {
  return `ai/${ticketPart(ticket)}/before-${commit.slice(0, 7)}`;
}

export function revertBranchName(commit: string): string {
  return `runyard/revert-${commit.slice(0, 7)}`;
}

/** The tracker's key as it is, or the title in plain lower-case words. */
function ticketPart({ key, title }: NamedTicket): string {
  const fromKey = key === null ? '' : refSafe(key);
  return fromKey || refSafe(title.toLowerCase()) || 'ticket';
}

/** Only letters, digits, `_` and `-`: valid in refs, file names and URLs, and nothing a shell or a file system would read otherwise. */
function refSafe(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/\p{Mark}/gu, '');
  const words = plain.replaceAll(/[^A-Za-z0-9_]+/g, '-').slice(0, LONGEST_PART);
  return words.replaceAll(/^-+|-+$/g, '');
}
