import type { Finding } from './rule.ts';

const FRAME = /^\s*File "([^"<]+)", line (\d+)/;
const LIBRARY = /\/(?:lib|lib64)\/python\d|\/(?:site|dist)-packages\//;

/** What Python's own library or a package threw is reported at the last line of the repository that led there. */
export function atOwnFrame(finding: Finding, lines: readonly string[]): Finding {
  if (finding.file === null || !LIBRARY.test(finding.file)) return finding;
  const own = lines
    .map((line) => FRAME.exec(line))
    .findLast((frame) => frame !== null && !LIBRARY.test(frame[1] ?? ''));
  return own ? { ...finding, file: own[1] ?? null, line: Number(own[2]) } : finding;
}
