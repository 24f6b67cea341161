import { describe, expect, it } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { createEventStream } from './event-stream.ts';

const warning = (message: string) => ({ type: 'run.warning', data: { code: 'x', message } }) as const;

describe('createEventStream', () => {
  it('sends events in order with growing numbers, also while a batch is on its way', async () => {
    const received: number[] = [];
    const stream = createEventStream(
      { events: async (batch) => void received.push(...batch.map(({ seq }) => seq)) },
      systemClock,
    );
    for (let index = 0; index < 450; index += 1) stream.emit(warning(`${index}`));
    await stream.flush();
    expect(received).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
  });

  it('S5: keeps events whose sending failed and sends them with the next flush', async () => {
    const received: number[] = [];
    let broken = true;
    const events = async (batch: readonly { seq: number }[]) => {
      if (broken) throw new Error('away');
      received.push(...batch.map(({ seq }) => seq));
    };
    const stream = createEventStream({ events }, systemClock);
    stream.emit(warning('one'));
    await expect(stream.flush()).rejects.toThrow('away');
    broken = false;
    stream.emit(warning('two'));
    await stream.flush();
    expect(received).toEqual([1, 2]);
  });

  it('keeps every request small, however the text grows in JSON', async () => {
    const sizes: number[] = [];
    const events = async (batch: readonly unknown[]) => void sizes.push(JSON.stringify(batch).length);
    const stream = createEventStream({ events }, systemClock);
    for (let index = 0; index < 400; index += 1) stream.emit(warning('\u0001'.repeat(4000)));
    await stream.flush();
    expect(Math.max(...sizes)).toBeLessThan(1.2 * 1024 * 1024);
  });

  it('hands over what is left for the settlement, and nothing twice', async () => {
    const received: number[] = [];
    const events = async (batch: readonly { seq: number }[]) =>
      void received.push(...batch.map(({ seq }) => seq));
    const stream = createEventStream({ events }, systemClock);
    for (let index = 0; index < 250; index += 1) stream.emit(warning(`${index}`));
    const rest = await stream.rest();
    expect([...received, ...rest.map(({ seq }) => seq)]).toEqual(
      Array.from({ length: 250 }, (_, index) => index + 1),
    );
    expect(rest.length).toBeLessThanOrEqual(200);
  });

  it('sends an event by itself when nothing asks for it', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly { seq: number }[]>();
    const stream = createEventStream({ events: async (batch) => resolve(batch) }, systemClock);
    stream.emit(warning('one'));
    stream.emit(warning('two'));
    expect((await promise).map(({ seq }) => seq)).toEqual([1, 2]);
  });
});
