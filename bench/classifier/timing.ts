export interface Timing {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  /** Of the processor, per piece: what a loaded machine does not distort much. */
  readonly cpuMs: number;
}

/** Each piece of work `rounds` times, after a round that does not count. */
export function timeOf(work: readonly (() => void)[], rounds: number): Timing {
  for (const one of work) one();
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    for (const one of work) {
      const start = performance.now();
      one();
      times.push(performance.now() - start);
    }
  }
  const spent = process.cpuUsage(before);
  const cpuMs = round3((spent.user + spent.system) / 1000 / times.length);
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    round3(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  return { medianMs: at(0.5), p99Ms: at(0.99), slowestMs: at(1), cpuMs };
}

function round3(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

const line = (text: string, length = 4_000) => text.repeat(Math.ceil(length / text.length)).slice(0, length);
const full = (text: string) => `${line(text)}\n`.repeat(20);

/** Text made to be slow: what backtracking patterns stumble over, in lines as long as the classifier reads, 80 kB each. */
export const adversarialTexts: Readonly<Record<string, string>> = {
  spaces: full(' '),
  'spaces and a word': `${' '.repeat(3_900)}x\n`.repeat(20),
  'open brackets': full('(['),
  quotes: full(`'"\``),
  'words and colons': full('a:1:2: '),
  'file names': full('src/a.ts(1,2): error '),
  'slashes and dots': full('./../'),
  'at frames': full('at x (a:1:1'),
  'error words': full('Error: error ERROR in '),
  'arrows and boxes': full(' ❯ │ ╭─[ '),
  'upper case': full('A_B_C='),
  digits: full('1234567890'),
  'commas and braces': full('{"a":["b",'),
  'npm errors': full('npm error '),
  'one character a line': 'a\n'.repeat(40_000),
  'empty lines': '\n'.repeat(80_000),
  'FAIL lines': ' FAIL  a.test.ts > b > c\n'.repeat(3_200),
  'python frames': '  File "a.py", line 1\n    x\n'.repeat(2_500),
  conflicts: 'CONFLICT (content): Merge conflict in a\n'.repeat(2_000),
  'tracebacks that say nothing':
    'Traceback (most recent call last):\n  File "a", line 1\n    x.error\n'.repeat(1_500),
  'test cases without end': `<testsuite>\n${'<testcase name="a"><failure>\n'.repeat(3_500)}`,
  annotations: `::error ${'a=b,c:'.repeat(600)}\n`.repeat(25),
  'vitest TAP': `TAP version 13\n    error:\n      name: "x"\n${'not ok 1 - a { # time=1ms {\n'.repeat(3_500)}`,
  'java errors': 'A.java:1: error: cannot find symbol\n'.repeat(2_000),
  'open documents': '{\n[\n{ "severity": [\n'.repeat(3_000),
  'one open document': `[{"severity":${line('{"a":["b",', 79_000)}`,
  'open quotes in a document': `[{"severity":"${line('\\"', 79_000)}`,
  'checkstyle without end': `<?xml version="1.0"?><checkstyle>${'<file name="a"><error line="1" '.repeat(2_500)}`,
  'messages to a build service': full("##teamcity[inspection a='b|"),
  'issues for a build service': full('##vso[task.logissue a=b;c='),
  'messages of svelte-check': `1795350306103 START "a"\n${'1795350306104 ERROR "\\"\\" 1:1 "\n'.repeat(2_500)}`,
  'sections of knip': 'Unused files (1)\na  b: c  d:1\n'.repeat(2_500),
  'a report in HTML': `<title>ESLint Report</title>\n${'<td>1:1</td>\n<td><td>\n<a <a \n'.repeat(2_500)}`,
  'findings without a rule': full('  a.py:1:2 - error: b ('),
  'make errors': 'make: *** [Makefile:1: x\n'.repeat(3_000),
};
