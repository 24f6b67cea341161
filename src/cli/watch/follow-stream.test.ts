import { expect, it } from 'vitest';
import type { Streamed } from '../../api/client.ts';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { Session } from '../connect.ts';
import { followStream } from './follow-stream.ts';

const message = { event: 'ready', data: {}, id: 'a place' } as Streamed;

/** Each connection is what `answers` says next. */
function scene(answers: readonly (Error | Streamed)[]) {
  const left = new AbortController();
  const asked: (string | null)[] = [];
  let reconnected = 0;
  async function* stream({ after }: { after: string | null }): AsyncGenerator<Streamed> {
    const answer = answers[asked.length];
    asked.push(after);
    if (answer instanceof Error) throw answer;
    if (answer) yield answer;
    if (asked.length >= answers.length) left.abort();
  }
  const session = {
    api: { stream },
    closed: false,
    reconnect: async () => void (reconnected += 1),
  } as unknown as Session;
  const problems: string[] = [];
  const following = followStream(session, {
    signal: left.signal,
    onMessage: () => undefined,
    onLost: (problem) => problems.push(problem),
  });
  return { following, asked, problems, reconnected: () => reconnected };
}

it('goes on after refusals that pass, from where it was', async () => {
  const busy = runyardError('api.busy', { retryAfterSeconds: 0 });
  const many = runyardError('api.too-many-requests', { limit: 1, retryAfterSeconds: 0 });
  const { following, asked, problems, reconnected } = scene([message, busy, many, message]);
  await following;
  expect(asked).toEqual([null, 'a place', 'a place', 'a place']);
  expect(problems.map((problem) => problem.startsWith('Asking again soon. '))).toEqual([true, true]);
  expect(reconnected()).toBe(0);
});

it('looks for another control plane when it went away, and ends at what does not pass', async () => {
  const gone = runyardError('cli.control-plane-unreachable', { url: 'http://x', detail: 'gone' });
  const forbidden = runyardError('api.forbidden', { operation: 'streamAll', role: 'none', needed: 'viewer' });
  const { following, problems, reconnected } = scene([gone, forbidden]);
  await expect(following).rejects.toBe(forbidden);
  expect([problems, reconnected()]).toEqual([['The control plane went away; looking for another one.'], 1]);
});
