/** One of them stands in every signature, so that without any there is nothing for a second look. */
const WORDS =
  /err|fail|warn|fatal|cannot|can['’]t|could|unable|unknown|missing|not |no such|den(?:ied|y)|refused|reject|invalid|expect|limit|exceed|quota|token|credit|overload|time ?d? ?out|conflict|panic|kill|abort|crash|exception|[│║┃✖✘×●❌⎯]/i;
const CODES = /E[A-Z]{4}|TS\d/;
const LINES_AROUND = 15;

/** Whether a text holds any of the words in which tools speak of a failure. */
export function speaksOfFailure(text: string): boolean {
  return WORDS.test(text) || CODES.test(text);
}

/** The lines with such words and those around them. */
export function linesNearFailures(lines: readonly string[]): string[] {
  const near: string[] = [];
  let next = 0;
  for (const [index, line] of lines.entries()) {
    if (!speaksOfFailure(line)) continue;
    const end = Math.min(lines.length, index + LINES_AROUND + 1);
    for (next = Math.max(next, index - LINES_AROUND); next < end; next += 1) near.push(lines[next] ?? '');
  }
  return near;
}
