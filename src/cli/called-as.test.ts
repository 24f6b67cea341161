import { describe, expect, it } from 'vitest';
import { calledAs } from './called-as.ts';

describe('calledAs', () => {
  it.each([
    [undefined, 'runyard'],
    ['/clone/bin/runyard', 'bin/runyard'],
    ['bin/runyard', 'bin/runyard'],
    ['/elsewhere/bin/runyard', '/elsewhere/bin/runyard'],
    ['/usr/local/bin/runyard', 'runyard'],
    ['/clone/ry', './ry'],
  ])('started as %s it is %s', (started, shown) => {
    expect(calledAs({ started, cwd: '/clone', searchPath: '/usr/bin:/usr/local/bin' })).toBe(shown);
  });
});
