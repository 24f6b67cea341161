/** The last `result` event of an agent's JSON stream, and whether it reports an error (its `subtype` may say "success" all the same). */
export function finalAgentEvent(
  lines: readonly string[],
): { readonly isError: boolean; readonly text: string } | null {
  for (const line of [...lines].reverse()) {
    if (!line.startsWith('{') || !line.includes('"type"')) continue;
    if (/"type":\s*"result"/.test(line)) {
      const isError = /"is_error":\s*true/.test(line) || /"subtype":\s*"error/.test(line);
      return { isError, text: resultText(line) };
    }
    if (/"type":\s*"(?:turn\.failed|error)"/.test(line)) return { isError: true, text: line };
  }
  return null;
}

function resultText(line: string): string {
  const result = /"result":\s*"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? '';
  const subtype = /"subtype":\s*"(\w+)"/.exec(line)?.[1] ?? '';
  const status = /"api_error_status":\s*(\d+)/.exec(line)?.[1];
  const reason = /"terminal_reason":\s*"(\w+)"/.exec(line)?.[1] ?? '';
  const errors = /"errors":\s*\[((?:"(?:[^"\\]|\\.)*",?\s*)*)\]/.exec(line)?.[1] ?? '';
  return [reason, subtype === 'success' ? '' : subtype, status ? `API Error: ${status}` : '', result, errors]
    .filter(Boolean)
    .join('\n');
}
