import { findExecutable } from '../process/find-executable.ts';

/**
 * A command at the lowest priority: it only takes what nothing else wants. The system's own programs, as packages bring some of the same
 * name. null: they are not there.
 */
export function inBackground(argv: readonly string[]): [string, ...string[]] | null {
  const [sh, nice, sleep] = ['sh', 'nice', 'sleep'].map((name) => findExecutable(name));
  return sh && nice && sleep ? [sh, '-c', LOWEST, sh, nice, sleep, ...argv] : null;
}

/**
 * Linux weighs sessions first and then, within one, processes (man 7 sched, "The autogroup feature"). It lets only one session in a tenth of a
 * second change its weight, and refuses the others (kernel/sched/autogroup.c).
 */
const LOWEST = `nice=$1 sleep=$2 group=/proc/self/autogroup
shift 2
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ ! -w $group ] || { echo 19 >$group; } 2>/dev/null && break
  "$sleep" 0.1
done
exec "$nice" -n 19 "$@"`;
