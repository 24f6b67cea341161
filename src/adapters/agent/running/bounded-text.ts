/** The start of a text, at most `max` characters, marked where it was cut. */
export function keepStart(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max)}\n[${text.length - max} more characters left out]`;
}

/** The end of a text, at most `max` characters, marked where it was cut. */
export function keepEnd(text: string, max: number): string {
  if (text.length <= max) return text;
  return `[${text.length - max} characters left out]\n${text.slice(-max)}`;
}

/** Both ends of a text, where the middle matters least: output of commands. */
export function keepEnds(text: string, max: number): string {
  if (text.length <= max) return text;
  const half = Math.floor(max / 2);
  return `${text.slice(0, half)}\n[${text.length - 2 * half} characters left out]\n${text.slice(-half)}`;
}
