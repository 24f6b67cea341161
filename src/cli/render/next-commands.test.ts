import { describe, expect, it } from 'vitest';
import { createStyle } from '../terminal.ts';
import { renderExplanation } from './explanation.ts';
import { commandsInText } from './next-commands.ts';

const called = { run: '4k2j', flags: ' --data-dir /data', program: 'bin/runyard' };

describe('commandsInText', () => {
  it('calls commands as the user calls them, on the same data, with the run at hand', () => {
    expect(commandsInText('Approve it: runyard approve 4k2j --plan abc', called)).toBe(
      'Approve it: bin/runyard approve --data-dir /data 4k2j --plan abc',
    );
    expect(commandsInText('See runyard show <run>; or name it in runyard.yaml', called)).toBe(
      'See bin/runyard show --data-dir /data 4k2j; or name it in runyard.yaml',
    );
  });
});

describe('renderExplanation', () => {
  const explain = (next: string[]) =>
    renderExplanation(
      { state: 'failed', class: 'x.y', headline: 'It failed.', evidence: [], tried: [], saved: [], next },
      { style: createStyle(false), ...called },
    );

  it('does not send people to the command they are reading', () => {
    expect(explain(['Read what was tried with runyard why <run>; make the ticket more precise.'])).toContain(
      'Next:\n  - Make the ticket more precise.',
    );
    expect(explain(['Nothing: see why the agent ended with runyard why <run>'])).not.toContain('Next');
  });
});
