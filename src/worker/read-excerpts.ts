import type { AttemptRecord, StartedFrom } from '../domain/attempt.ts';
import { byImportance } from '../domain/healing-rank.ts';
import type { Excerpt } from '../verify/brief/heal-brief.ts';
import type { WorkerContext } from './context.ts';
import { workspaceFolders } from './workspace-folders.ts';

export interface ReadExcerpts {
  readonly context: WorkerContext;
  readonly attempts: readonly AttemptRecord[];
  readonly startedFrom: StartedFrom | null;
  readonly signal: AbortSignal;
}

const MOST_FILES = 6;
const LINES_AROUND = 4;
const LONGEST_LINE = 160;

/** The lines around the main problems, of the commit that the next attempt starts from. */
export async function readExcerpts({
  context,
  attempts,
  startedFrom,
  signal,
}: ReadExcerpts): Promise<Excerpt[]> {
  const verdict = attempts.find(({ number }) => number === startedFrom?.attempt)?.verdict;
  if (!verdict || !startedFrom) return [];
  const { readCommitTree } = await context.loadVerification();
  const { hostGitDir: gitDir } = workspaceFolders(context.assignment);
  const timeoutMs = context.assignment.spec.limits.gitMs;
  const tree = await readCommitTree({ gitDir, commit: startedFrom.commit, timeoutMs, signal });
  const excerpts: Excerpt[] = [];
  const seen = new Set<string>();
  for (const { file, line } of byImportance(verdict.introduced)) {
    if (!file || line === null || seen.has(file) || excerpts.length >= MOST_FILES) continue;
    seen.add(file);
    const text = await tree.readText(file);
    const excerpt = text === null ? null : around(text, { file, line });
    if (excerpt) excerpts.push({ ...excerpt, lines: excerpt.lines.map(context.redact) });
  }
  return excerpts;
}

/** null: the file is shorter. */
function around(text: string, { file, line }: { file: string; line: number }): Excerpt | null {
  const lines = text.split('\n');
  if (line < 1 || line > lines.length) return null;
  const firstLine = Math.max(1, line - LINES_AROUND);
  const shown = lines.slice(firstLine - 1, line + LINES_AROUND).map((one) => one.slice(0, LONGEST_LINE));
  return { file, line, firstLine, lines: shown };
}
