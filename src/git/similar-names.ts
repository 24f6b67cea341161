const MOST = 5;

/** Names that share most of their letter pairs with `wanted`, closest first (Dice coefficient). */
export function similarNames(wanted: string, names: readonly string[]): string[] {
  const pairs = pairsOf(wanted);
  return names
    .map((name) => ({ name, likeness: likeness(pairs, pairsOf(name)) }))
    .filter(({ name, likeness: value }) => value >= 0.4 || name.toLowerCase().includes(wanted.toLowerCase()))
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, MOST)
    .map(({ name }) => name);
}

function likeness(a: readonly string[], b: readonly string[]): number {
  const common = a.filter((pair) => b.includes(pair)).length;
  return (2 * common) / Math.max(1, a.length + b.length);
}

function pairsOf(text: string): string[] {
  const lower = text.toLowerCase();
  return Array.from({ length: Math.max(0, lower.length - 1) }, (_, i) => lower.slice(i, i + 2));
}
