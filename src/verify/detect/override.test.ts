import { describe, expect, it } from 'vitest';
import { RunyardError } from '../../domain/errors/runyard-error.ts';
import { operatorChecks, parseOverride } from './override.ts';

function refusal(text: string): string {
  try {
    parseOverride(text, 1000);
  } catch (error) {
    if (error instanceof RunyardError && error.code === 'verify.bad-override') return error.text.why;
  }
  return 'accepted';
}

describe('V1: the checks section of runyard.yaml', () => {
  it('replaces detection by commands, as text or as lists', () => {
    const text = `
checks:
  install: npm ci --ignore-scripts
  commands:
    - { name: test, command: 'node --test "my tests"' }
    - { name: contract, command: [make, contract], timeoutSeconds: 30, kind: test }
`;
    expect(parseOverride(text, 1000)).toEqual({
      install: ['npm', 'ci', '--ignore-scripts'],
      checks: [
        {
          name: 'test',
          kind: 'test',
          argv: ['node', '--test', 'my tests'],
          timeoutMs: 1000,
          source: 'runyard.yaml',
        },
        {
          name: 'contract',
          kind: 'test',
          argv: ['make', 'contract'],
          timeoutMs: 30_000,
          source: 'runyard.yaml',
        },
      ],
    });
  });

  it('may be a bare list, or absent, or hold only what configures Runyard itself', () => {
    expect(parseOverride('checks: [{ name: x, command: y }]', 1000).checks?.[0]).toMatchObject({
      name: 'x',
      kind: 'custom',
    });
    expect(parseOverride('dataDir: /x', 1000)).toEqual({ checks: null, install: null });
    expect(parseOverride(null, 1000)).toEqual({ checks: null, install: null });
    expect(parseOverride('checks: { mode: auto, commands: null }', 1000)).toEqual({
      checks: null,
      install: null,
    });
    expect(parseOverride('checks: { install: false }', 1000).install).toBe(false);
  });

  it('takes no name that Runyard gives to parts of a check: they would share what is kept of them', () => {
    expect(refusal('checks: [{ name: "test:changed", command: x }]')).toContain('ends with :changed');
    expect(refusal('checks: [{ name: "test:again", command: x }]')).toContain('ends with :again');
    expect(refusal('checks: [{ name: "test:againe", command: x }]')).toBe('accepted');
    expect(() => operatorChecks([{ name: 'test:changed', command: ['x'] }], 1)).toThrow();
  });

  it.each([
    ["checks: [{ name: a, command: 'x && y' }]", '"&" means something to a shell only'],
    ["checks: [{ name: a, command: 'echo $HOME' }]", '"$" means something to a shell only'],
    ["checks: [{ name: a, command: 'A=1 b' }]", 'sets a variable'],
    ["checks: [{ name: a, command: 'a \"b' }]", 'not closed'],
    ['checks: [{ name: a, command: x }, { name: a, command: y }]', 'two checks are named "a"'],
    [
      'checks: [{ name: a }]',
      'checks[0].command: expected a command as text ("npm test") or as a list of words ([npm, test]), found nothing',
    ],
    [
      'checks: { commands: [{ name: a, command: x }, { name: 7, command: x }] }',
      'checks.commands[1].name: expected a name of 1 to 60 characters, found 7',
    ],
    [
      'checks: npm test',
      'checks: expected a list of checks, or a map with commands and install, found "npm test"',
    ],
    ['checks: [npm test]', 'checks[0]: expected a check with a name and a command, found "npm test"'],
    ['checks: { test: npm test }', 'checks has the unknown key "test" (known are commands and install)'],
    ['checks: { commands: { test: x } }', 'checks.commands: expected a list of checks'],
    ['checks: { install: true }', 'checks.install: expected a command, or false, found true'],
    [
      'checks: [{ name: a, cmd: x }]',
      'checks[0] has the unknown key "cmd" (known are name, command, kind and timeoutSeconds)',
    ],
    [
      'checks: [{ name: a, command: x, kind: unit }]',
      'checks[0].kind: expected one of typecheck, lint, build',
    ],
    ['checks: [{ name: a, command: x, timeoutSeconds: 0 }]', 'checks[0].timeoutSeconds: expected a number'],
    ['checks: [{ name: a, command: [] }]', 'checks[0].command: expected a command'],
    ['checks: [1, 2, 3, 4, 5]', 'and 2 more'],
    ['checks: {', 'it is no valid YAML: Flow map'],
  ])('is refused with the reason: %s', (text, reason) => {
    expect(refusal(text)).toContain(reason);
  });
});

describe('commands of an operator', () => {
  it('become checks whose kind follows from their name', () => {
    const checks = operatorChecks([{ name: 'lint:css', command: ['stylelint'] }], 5);
    expect(checks).toEqual([
      { name: 'lint:css', kind: 'lint', argv: ['stylelint'], timeoutMs: 5, source: 'operator' },
    ]);
    expect(operatorChecks(null, 5)).toBeNull();
  });
});
