/** The arguments that say most about a tool call, in the order they are looked for. Names as the agents' own tools have them. */
const TELLING = ['command', 'path', 'file_path', 'pattern', 'query', 'url', 'summary', 'description'];

/** The arguments of a tool call on a line: the one that matters where it is known, else the text as it is. It may be cut off. */
export function describeToolCall(text: string): string {
  const start = text.trimStart();
  if (!start.startsWith('{')) return text;
  for (const name of TELLING) {
    const value = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*"?)`).exec(start)?.[1];
    if (value !== undefined) return unquote(value);
  }
  return text;
}

function unquote(value: string): string {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : value;
  } catch {
    return value.replace(/^"/, '');
  }
}
