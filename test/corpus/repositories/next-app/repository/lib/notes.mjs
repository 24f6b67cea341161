const all = [
  { id: 1, text: 'milk' },
  { id: 2, text: 'bread' },
];

export function notes() {
  return all.toSorted((one, other) => one.text.localeCompare(other.text));
}
