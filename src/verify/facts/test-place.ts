import type { Diagnostic } from '../../domain/verdict.ts';
import { isTestFile } from '../guards/paths.ts';
import type { Place } from './import-place.ts';
import type { Project } from './project.ts';

const MOST_FILES = 500;
const SHORTEST_TITLE = 3;

/** Where the failed test stands of which a runner gave the title alone, as TAP does for one that never ended. null: nowhere, or in several places. */
export function testPlace({ category, file, symbol }: Diagnostic, project: Project): Place | null {
  if (category !== 'test_failure' || file !== null || symbol === null) return null;
  if (symbol.length < SHORTEST_TITLE) return null;
  const places: Place[] = [];
  for (const path of project.files.filter(isTestFile).slice(0, MOST_FILES)) {
    if (!project.hasTime()) return null;
    const text = project.readText(path) ?? '';
    for (const quote of ["'", '"', '`']) {
      const at = text.indexOf(`${quote}${symbol}${quote}`);
      if (at !== -1) places.push({ file: path, line: text.slice(0, at).split('\n').length });
    }
    if (places.length > 1) return null;
  }
  return places[0] ?? null;
}
