/** The candidate a reader probably meant: it starts with the word, or at most a third of its letters differ. Null when none is near. */
export function closest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = distanceOf(word.toLowerCase(), candidate.toLowerCase());
    if (distance >= bestDistance || !isNear(distance, candidate)) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

const MOST_COMPARED = 4_000;
const LONGEST_COMPARED = 60;

export interface CloseNames {
  readonly most: number;
  /** Also those that are not near, after those that are. */
  readonly withFar?: boolean;
}

/** Candidates by how near they are to the word, the nearest first. Of a very long list only the first are looked at. */
export function closeNames(
  word: string,
  candidates: Iterable<string>,
  { most, withFar = false }: CloseNames,
): string[] {
  const wanted = word.toLowerCase().slice(0, LONGEST_COMPARED);
  const ranked: { name: string; distance: number }[] = [];
  let looked = 0;
  for (const name of candidates) {
    looked += 1;
    if (looked > MOST_COMPARED) break;
    if (name.length > LONGEST_COMPARED) continue;
    const distance = distanceOf(wanted, name.toLowerCase());
    if (withFar || isNear(distance, name)) ranked.push({ name, distance });
  }
  ranked.sort(
    (a, b) => a.distance - b.distance || a.name.length - b.name.length || (a.name < b.name ? -1 : 1),
  );
  return ranked.slice(0, most).map(({ name }) => name);
}

const SHORTEST_START = 3;

function isNear(distance: number, candidate: string): boolean {
  return distance <= Math.max(1, Math.floor(candidate.length / 3));
}

function distanceOf(word: string, candidate: string): number {
  return word.length >= SHORTEST_START && candidate.startsWith(word) && candidate !== word
    ? 1
    : editDistance(word, candidate);
}

/** Optimal string alignment: Levenshtein distance in which two neighbours changed over count once (Damerau, 1964). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const differs = a.charCodeAt(row - 1) === b.charCodeAt(column - 1) ? 0 : 1;
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + differs,
      );
      if (differs === 1 && isSwapped([a, b], row, column))
        best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

function isSwapped([a, b]: readonly [string, string], row: number, column: number): boolean {
  if (row < 2 || column < 2) return false;
  return (
    a.charCodeAt(row - 1) === b.charCodeAt(column - 2) && a.charCodeAt(row - 2) === b.charCodeAt(column - 1)
  );
}
