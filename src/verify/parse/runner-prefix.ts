/** What runners put before every line of a tool: clocks of CI services and docker's build steps, which alone tell what they are. */
const CLOCKS: readonly RegExp[] = [
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)? ?/,
  /^\[?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?\]?[ \t]/,
];
/** Of a build step that printed little, most lines are docker's own, without a clock. */
const DOCKER_STEP = /^#\d{1,4} \d{1,6}\.\d{1,4} ?/;
/** Names of packages and services: a prefix only where many lines share the very same one. */
const NAMES: readonly RegExp[] = [
  /^@?[A-Za-z][\w.-]{0,60}(?:\/[\w.-]{1,60})?[:#][A-Za-z][\w:-]{0,40}: ?/,
  /^(?!error|warning|fatal|hint|remote|note)[@\w./-]{1,100} [A-Za-z][\w:-]{0,40}(?:: |\$ )/i,
  /^@?[A-Za-z][\w./-]{0,60} {0,20}\| ?/,
];
const MOST_LOOKED_AT = 400;
/** Of the lines with text; below, lines only look alike. */
const LEAST_SHARE = 0.5;
const LEAST_LINES = 3;

/** Lines without what a task runner, a container build or a CI service put before each of them. */
export function withoutRunnerPrefixes(lines: readonly string[]): readonly string[] {
  const sample = lines.filter((line) => line.trim() !== '').slice(0, MOST_LOOKED_AT);
  let stripped = sample.some((line) => DOCKER_STEP.test(line))
    ? lines.map((line) => line.replace(DOCKER_STEP, ''))
    : lines;
  for (const clock of CLOCKS) {
    if (sample.filter((line) => clock.test(line)).length >= enough(sample.length, 1)) {
      stripped = stripped.map((line) => line.replace(clock, ''));
    }
  }
  const shared = sharedPrefixes(stripped.filter((line) => line.trim() !== '').slice(0, MOST_LOOKED_AT));
  if (shared.length === 0) return stripped;
  return stripped.map((line) => {
    const prefix = shared.find((known) => line.startsWith(known) || line === known.trimEnd());
    return prefix === undefined ? line : line.slice(prefix.length);
  });
}

function enough(lines: number, least: number): number {
  return Math.max(least, Math.ceil(lines * LEAST_SHARE));
}

function sharedPrefixes(sample: readonly string[]): string[] {
  for (const shape of NAMES) {
    const counts = new Map<string, number>();
    for (const line of sample) {
      const prefix = shape.exec(line)?.[0];
      if (prefix !== undefined) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
    const often = [...counts].filter(([, count]) => count >= LEAST_LINES);
    const covered = often.reduce((sum, [, count]) => sum + count, 0);
    if (covered >= enough(sample.length, LEAST_LINES)) return often.map(([prefix]) => prefix);
  }
  return [];
}
