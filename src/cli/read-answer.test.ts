import { describe, expect, it } from 'vitest';
import { readAnswer } from './read-answer.ts';

const questions = ['Which unit?', 'Is a=b meant?'];
const read = (written: string) => readAnswer(written, { run: '4k2j', questions });

describe('readAnswer', () => {
  it('P3: takes the number of a question', () => {
    expect(read('2=yes, a=b')).toEqual({ question: 'Is a=b meant?', answer: 'yes, a=b' });
  });

  it('P3: takes the question itself, whatever it holds', () => {
    expect(read('Is a=b meant?=no')).toEqual({ question: 'Is a=b meant?', answer: 'no' });
  });

  it('P3: leaves a question nobody asked to the server, which knows what waits', () => {
    expect(read('How many?=three')).toEqual({ question: 'How many?', answer: 'three' });
  });

  it('P3: refuses a number without a question, and what is no answer', () => {
    expect(() => read('3=yes')).toThrow(expect.objectContaining({ code: 'plan.no-such-question' }));
    for (const written of ['approve', '=yes', '1=', '1= '])
      expect(() => read(written)).toThrow(expect.objectContaining({ code: 'cli.usage' }));
  });
});
