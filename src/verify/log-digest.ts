import { createHash } from 'node:crypto';

export interface LogDigest {
  onStdoutLine(line: string): void;
  onStderrLine(line: string): void;
  /** Hex. */
  hex(): string;
}

/**
 * A fingerprint of a whole output, however much of it is kept: the SHA-256 of the SHA-256 of standard output and that of standard error
 * (each lower-case hex, one after the other). Lines come redacted and end with a newline; how the two streams mixed is not in it.
 */
export function createLogDigest(): LogDigest {
  const stdout = createHash('sha256');
  const stderr = createHash('sha256');
  return {
    onStdoutLine: (line) => void stdout.update(line).update('\n'),
    onStderrLine: (line) => void stderr.update(line).update('\n'),
    hex: () => createHash('sha256').update(stdout.digest('hex')).update(stderr.digest('hex')).digest('hex'),
  };
}
