import { describe, expect, it } from 'vitest';
import { createStyle } from '../terminal.ts';
import { renderExplanation } from './explanation.ts';
import type { nextCommands } from './next-commands.ts';
import { commandsInText, renderNext } from './next-commands.ts';

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

describe('renderNext', () => {
  const run = { id: '4k2j', state: 'cancelled', spec: { repository: '/r' } } as Parameters<
    typeof nextCommands
  >[0];
  const render = (columns: number, snapshots: string[] = []) =>
    renderNext(
      { run, snapshots, rollback: null },
      { flags: '', program: 'runyard', terminal: { style: createStyle(false), columns } },
    ).split('\n');

  it('keeps meaning and command on a line where that fits, else puts the command alone on the next one', () => {
    expect(render(100)).toContain('  see everything that happened                   runyard logs 4k2j');
    const narrow = render(60);
    expect(narrow).toContain('  see everything that happened');
    expect(narrow).toContain('    runyard logs 4k2j');
  });

  it('names the way to saved work only where some was saved', () => {
    expect(render(60).join()).not.toContain('salvage');
    expect(render(60, ['refs/runyard/4k2j/before-stop-1'])).toContain('    runyard salvage 4k2j');
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
