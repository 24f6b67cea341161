/** The candidate a reader probably meant: it starts with the word, or at most a third of its letters differ. Null when none is near. */
export function closest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = distanceOf(word.toLowerCase(), candidate.toLowerCase());
    if (distance >= bestDistance || distance > Math.max(1, Math.floor(candidate.length / 3))) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

const SHORTEST_START = 3;

function distanceOf(word: string, candidate: string): number {
  return word.length >= SHORTEST_START && candidate.startsWith(word) ? 1 : editDistance(word, candidate);
}

/** Optimal string alignment: Levenshtein distance in which two neighbours changed over count once (Damerau, 1964). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= a.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= b.length; column++) {
      const substitution = at(row - 1, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const transposition = swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
      rows[row]?.push(
        Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, substitution, transposition),
      );
    }
  }
  return at(a.length, b.length);
}
