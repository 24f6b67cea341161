import { evidenceOf } from './lines.ts';
import type { Suspicion } from './types.ts';

const MOST_PER_FILE = 5;

/** What is said of many tests of one file is said once. */
export function togetherPerFile(
  suspicions: readonly Suspicion[],
  say: (count: number, file: string) => string,
): Suspicion[] {
  const groups = Map.groupBy(suspicions, ({ file, weight }) => `${weight} ${file}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first || group.length <= MOST_PER_FILE) return group;
    const evidence = evidenceOf(group.slice(0, MOST_PER_FILE).map((each) => each.message));
    return [{ ...first, message: say(group.length, first.file ?? ''), evidence, identity: 'many' }];
  });
}
