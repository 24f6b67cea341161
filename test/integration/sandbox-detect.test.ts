import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import { program, usableModes } from '../fixtures/process-helpers.ts';

const modes = await usableModes();

describe('detectSandbox', () => {
  it('chooses the strongest mode that works here, and says what it means', async () => {
    const found = await detectSandbox();
    expect(found.mode).toBe(modes[0]);
    expect(found.why.length).toBeGreaterThan(20);
    expect(found.next === null).toBe(found.mode === 'bubblewrap');
  });

  it('takes what is asked for', async () => {
    for (const mode of modes) expect((await detectSandbox(mode)).mode).toBe(mode);
  });
});

describe.runIf(modes[0] === 'bubblewrap')('where user namespaces are forbidden', () => {
  function detectWithout(...args: string[]) {
    const forbidden = [
      '--unshare-user',
      '--disable-userns',
      '--cap-drop',
      'ALL',
      '--ro-bind',
      '/',
      '/',
      '--dev',
      '/dev',
      '--proc',
      '/proc',
    ];
    const argv = [...forbidden, process.execPath, program('print-sandbox.ts'), ...args];
    return JSON.parse(execFileSync('bwrap', argv, { encoding: 'utf8' }));
  }

  it('falls back, and says why and what to do', () => {
    const found = detectWithout();
    expect(found.mode).toBe('none');
    expect(found.why).toContain('bubblewrap does not work: bwrap: ');
    expect(found.next).toMatch(/user namespaces|sysctl/);
  });

  it('never gives less than what was asked for', () => {
    expect(detectWithout('bubblewrap')).toMatchObject({
      code: 'process.sandbox-unavailable',
      kind: 'needs-human',
    });
    expect(detectWithout('pid-namespace')).toMatchObject({ code: 'process.sandbox-unavailable' });
    expect(detectWithout('none').mode).toBe('none');
  });
});
