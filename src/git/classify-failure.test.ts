import { describe, expect, it } from 'vitest';
import { classifyFailure } from './classify-failure.ts';

const forbidden = "fatal: unable to access 'https://host/x.git/': The requested URL returned error: 403";

function codeOf(command: string, stderr: string): string {
  return classifyFailure({ command, exitCode: 128, stderr, subject: 'https://host/x.git' }).code;
}

describe('G3: classifyFailure', () => {
  it.each([
    [`remote: Permission to o/x.git denied to ada.\n${forbidden}`],
    [`remote: Write access to repository not granted.\n${forbidden}`],
    ['ERROR: Permission to o/x.git denied to ada.\nfatal: Could not read from remote repository.'],
    [
      'ERROR: The key you are authenticating with has been marked as read only.\nfatal: Could not read from remote repository.',
    ],
    [
      'remote: You are not allowed to push code to this project.\nfatal: Could not read from remote repository.',
    ],
  ])('says of a push that the credentials may not write: %s', (stderr) => {
    expect(codeOf('git push --quiet -- https://host/x.git', stderr)).toBe('git.write-refused');
  });

  it('keeps credentials that are not accepted apart, and a fetch that is refused', () => {
    const unauthorized = "fatal: Authentication failed for 'https://host/x.git/'";
    expect(codeOf('git push -- https://host/x.git', unauthorized)).toBe('git.authentication');
    expect(codeOf('git fetch https://host/x.git', forbidden)).toBe('git.authentication');
  });

  it.each([
    'fatal: write error: No space left on device',
    "error: unable to write file 'big.bin'",
    'fatal: unable to write new index file',
  ])('says that the disk is full: %s', (stderr) => {
    expect(codeOf('git read-tree --reset -u', stderr)).toBe('git.disk-full');
  });
});
