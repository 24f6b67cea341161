/** What runners put before every line of a tool: clocks of CI services and docker's build steps, which alone tell what they are. */
const CLOCKS: readonly RegExp[] = [
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)? ?/,
  /^\[?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?\]?[ \t]/,
];
/** Of a build step that printed little, most lines are docker's own, without a clock. */
const DOCKER_STEP = /^#\d{1,4} \d{1,6}\.\d{1,4} ?/;
/** What it says again of a step that failed, and of each line of it. */
const FAILED_STEP = /^ > \[[^\]]{0,100}\d+\/\d+\] /;
const FAILED_STEP_LINE = /^\d{1,6}\.\d{1,4} /;
/** Names of packages and services: a prefix only where many lines share the very same one. */
const NAMES: readonly RegExp[] = [
  /^@?[A-Za-z][\w.-]{0,60}(?:\/[\w.-]{1,60})?[:#][A-Za-z][\w:-]{0,40}: ?/,
  /^(?!error|warning|fatal|hint|remote|note)[@\w./-]{1,100} [A-Za-z][\w:-]{0,40}(?:: |\$ )/i,
  /^@?[A-Za-z][\w./-]{0,60} {0,20}\| ?/,
];
/** lerna with --stream prints the bare name, as many a tool does with its own: only beside words of lerna. */
const OF_LERNA = /^\s*lerna (?:notice|info|success|ERR!) |^\s*(?:> )?Lerna \(powered by Nx\)/;
const NAME_ALONE = /^@?[a-z][\w.-]{0,60}(?:\/[\w.-]{1,60})?: ?/;
const MOST_LOOKED_AT = 400;
/** Of the lines with text; below, lines only look alike. */
const LEAST_SHARE = 0.5;
const LEAST_LINES = 3;

/** Lines without what a task runner, a container build or a CI service put before each of them. */
export function withoutRunnerPrefixes(lines: readonly string[]): readonly string[] {
  const plain = withoutClocks(lines);
  const shared = sharedPrefixesOf(plain);
  if (shared.length === 0) return plain;
  return plain.map((line) => line.slice(prefixOf(line, shared)?.length ?? 0));
}

/** The prefix a line begins with, also where nothing follows it. */
export function prefixOf(line: string, shared: readonly string[]): string | undefined {
  return shared.find((known) => line.startsWith(known) || line === known.trimEnd());
}

function withoutClocks(lines: readonly string[]): readonly string[] {
  const sample = lines.filter((line) => line.trim() !== '').slice(0, MOST_LOOKED_AT);
  let stripped = sample.some((line) => DOCKER_STEP.test(line))
    ? lines.map((line) => line.replace(DOCKER_STEP, ''))
    : lines;
  if (sample.some((line) => FAILED_STEP.test(line)))
    stripped = stripped.map((line) => line.replace(FAILED_STEP_LINE, ''));
  for (const clock of CLOCKS) {
    if (sample.filter((line) => clock.test(line)).length >= enough(sample.length, 1)) {
      stripped = stripped.map((line) => line.replace(clock, ''));
    }
  }
  return stripped;
}

function enough(lines: number, least: number): number {
  return Math.max(least, Math.ceil(lines * LEAST_SHARE));
}

/** Names of packages or services that many lines begin with. */
export function sharedPrefixesOf(lines: readonly string[]): string[] {
  const sample = lines.filter((line) => line.trim() !== '').slice(0, MOST_LOOKED_AT);
  const shapes = lines.some((line) => OF_LERNA.test(line)) ? [...NAMES, NAME_ALONE] : NAMES;
  for (const shape of shapes) {
    const covered = prefixesIn(sample, shape).reduce((sum, [, count]) => sum + count, 0);
    // Those whose lines come later, too.
    if (covered >= enough(sample.length, LEAST_LINES))
      return prefixesIn(lines, shape).map(([prefix]) => prefix);
  }
  return [];
}

function prefixesIn(lines: readonly string[], shape: RegExp): [string, number][] {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const prefix = shape.exec(line)?.[0];
    if (prefix !== undefined) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count >= LEAST_LINES);
}
