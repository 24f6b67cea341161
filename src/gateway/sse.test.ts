import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventData, eventSplitter } from './sse.ts';

describe('eventSplitter', () => {
  it('finds the same events however the bytes are cut, and loses none', () => {
    const event = fc
      .tuple(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n\n', '\r\n\r\n'))
      .map(([text, end]) => {
        return `data: ${JSON.stringify(text)}${end}`;
      });
    fc.assert(
      fc.property(fc.array(event), fc.array(fc.nat(40), { minLength: 1 }), (events, cuts) => {
        const bytes = Buffer.from(events.join(''));
        const splitter = eventSplitter();
        const found: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = 1 + (cuts[turn % cuts.length] ?? 0);
          found.push(...splitter.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(found.map(String)).toEqual(events);
        expect(splitter.rest()).toHaveLength(0);
      }),
    );
  });

  it('reads the data of an event, joined over its lines, without the other fields', () => {
    expect(eventData(Buffer.from('event: x\r\ndata: a\r\ndata:b\r\nid: 3\r\n\r\n'))).toBe('a\nb');
    expect(eventData(Buffer.from(': keep-alive\n\n'))).toBe('');
  });
});
