import { belongsToTests } from '../paths.ts';
import type { ChangedItem } from '../types.ts';
import type { Mark } from './js-marks.ts';

const HOOKS =
  /^def (pytest_(?:collection_modifyitems|collection|ignore_collect|collect_file|collect_directory|pycollect_makeitem|pyfunc_call|runtest_\w+|runtestloop|report_teststatus|sessionfinish|cmdline_main|exception_interact))\b/;
const SETTING = /^(collect_ignore(?:_glob)?|pytest_plugins)\b\s*(?:\+?=|\.)/;
const DECIDES =
  /\bitems\s*\[\s*:\s*\]\s*=\s*\[\s*\]|\bitems\.clear\(\)|\boutcome\s*=\s*['"]passed|\bexitstatus\s*=\s*0|\bos\._exit\(\s*0\s*\)|\bsys\.exit\(\s*0?\s*\)|_exit\(0\)/;
const MOST_PER_FILE = 3;

interface Part {
  readonly name: string;
  readonly text: string;
  readonly line: number;
}

/** Hooks and settings by which pytest leaves tests out, or says something else about them, new or changed. */
export function newPytestHooks({ path, before, after }: ChangedItem): Mark[] {
  if (!path.endsWith('.py') || !/\b(?:pytest_\w+|collect_ignore)\b/.test(after ?? '')) return [];
  const old = new Map(partsOf(before).map(({ name, text }) => [name, text]));
  const fresh = partsOf(after).filter(({ name, text }) => old.get(name) !== text);
  // A plugin that is the repository's own product has hooks as well.
  const isOfTests = belongsToTests(path);
  return fresh.slice(0, MOST_PER_FILE).flatMap(({ name, text, line }): Mark[] => {
    const decides = DECIDES.test(text);
    if (!isOfTests && !decides) return [];
    const what = `pytest is told about its tests by ${name}`;
    return [{ what, weight: decides && isOfTests ? 'certain' : 'doubtful', text: text.slice(0, 400), line }];
  });
}

function partsOf(text: string | null): Part[] {
  const lines = (text ?? '').split('\n');
  return lines.flatMap((line, index) => {
    const name = (HOOKS.exec(line) ?? SETTING.exec(line))?.[1];
    if (name === undefined) return [];
    const end = lines.findIndex((each, at) => at > index && /^[^\s)\]}#]/.test(each));
    const part = lines.slice(index, end < 0 ? undefined : end);
    return [{ name, text: part.join('\n').trimEnd(), line: index + 1 }];
  });
}
