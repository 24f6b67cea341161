import type { Ticket } from '../domain/run.ts';

const SUBJECT_LENGTH = 72;
const BODY_LENGTH = 2000;

/**
 * The message of a run's commit: the ticket's title, the start of its text, and trailers that lead back to the run.
 * Control characters are removed: the title is untrusted and ends up in terminals.
 */
export function commitMessage(ticket: Ticket, runId: string): string {
  const subject = truncate(plain(ticket.title).replace(/\s+/g, ' ').trim(), SUBJECT_LENGTH) || 'Agent change';
  const body = truncate(withoutTitle(plain(ticket.body).trim(), ticket.title), BODY_LENGTH);
  const trailers = [`Runyard-Run: ${runId}`];
  if (ticket.key) trailers.push(`Runyard-Ticket: ${plain(ticket.key)}`);
  return [subject, body, trailers.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** Ticket files usually begin with their title as a heading; once is enough. */
function withoutTitle(body: string, title: string): string {
  const [first = '', ...rest] = body.split('\n');
  return first.replace(/^#+\s*/, '').trim() === title.trim() ? rest.join('\n').trim() : body;
}

function truncate(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

function plain(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}
