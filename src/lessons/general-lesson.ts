import type { Remedy } from '../domain/lesson.ts';
import { sha256Hex } from '../lib/canonical-json.ts';
import { generalMessage } from './harmless-text.ts';
import type { RunLesson } from './lessons-of.ts';

/** Problems whose message is a tool's own sentence around names; a failed test speaks of its repository only. */
const TOLD_BY_TOOLS: ReadonlySet<string> = new Set([
  'type_error',
  'missing_export',
  'import_resolution',
  'undefined_symbol',
  'missing_dependency',
  'dependency_conflict',
  'lockfile_mismatch',
  'lint',
  'format',
  'config_error',
  'build_error',
  'css_error',
  'tailwind_invalid_class',
  'syntax_error',
  'no_tests',
]);

interface Problem {
  readonly category: string;
  readonly symbol: string | null;
  readonly message: string;
}

/** Equal for problems of one kind in any repository; null: nothing general can be said of it. */
export function generalFingerprint({ category, symbol, message }: Problem): string | null {
  if (!TOLD_BY_TOOLS.has(category)) return null;
  const text = generalMessage(message);
  return text === ''
    ? null
    : `general:${sha256Hex(JSON.stringify([category, generalSymbol(symbol), text])).slice(0, 24)}`;
}

/** A lesson as other repositories may see it: the tool's sentence without names, and the kinds of edits. No path, no line, no name. */
export function generalLesson(lesson: RunLesson): RunLesson | null {
  const { category, symbol, rawMessage } = lesson;
  const fingerprint = generalFingerprint({ category, symbol, message: rawMessage });
  if (fingerprint === null) return null;
  const remedy: Remedy | null = lesson.remedy && { actions: lesson.remedy.actions, files: [], hunks: [] };
  return {
    ...lesson,
    fingerprint,
    symbol: generalSymbol(symbol),
    message: generalMessage(rawMessage),
    remedy,
    tool: null,
  };
}

/** Codes and rules of tools are everybody's: `TS2322`, `no-unused-vars`, `@typescript-eslint/no-explicit-any`. */
function generalSymbol(symbol: string | null): string | null {
  if (symbol === null) return null;
  return /^(?:TS\d{4,5}|E\d{4}|[A-Z]{1,4}\d{3,4}|(?:[a-z@][\w@-]*\/)?(?:no|prefer|require|use|max)-[a-z-]+)$/.test(
    symbol,
  )
    ? symbol
    : null;
}
