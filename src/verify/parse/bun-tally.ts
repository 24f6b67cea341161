interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const WORDS: Readonly<Record<string, keyof Counts>> = { pass: 'passed', fail: 'failed', skip: 'skipped' };

/** `Ran 3 tests across 1 file.` and the counts above it. A file that could not be loaded fails the run without a failed test. */
export function bun(lines: readonly string[]): Counts | null {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  let errors = 0;
  let isBun = false;
  for (const line of lines) {
    isBun ||= /^Ran \d{1,9} tests? across \d{1,9} files?\.|^No tests found!$/.test(line);
    const match = /^ (\d{1,9}) (pass|fail|skip|errors?)$/.exec(line);
    const word = WORDS[match?.[2] ?? ''];
    if (word) counts[word] += Number(match?.[1]);
    else errors += Number(match?.[1] ?? 0);
  }
  if (!isBun) return null;
  return counts.failed === 0 && errors > 0 ? { ...counts, failed: 1 } : counts;
}
