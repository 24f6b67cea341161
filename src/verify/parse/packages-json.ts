import { z } from 'zod';

/** `npm --json` (npm's lib/utils/display: `error` holds the code, a summary and details). */
const npmSchema = z.object({
  error: z.object({ code: z.string(), summary: z.string().default(''), detail: z.string().default('') }),
});
/** `pnpm --reporter=ndjson` (@pnpm/logger). */
const pnpmSchema = z.object({
  level: z.literal('error'),
  code: z.string(),
  hint: z.string().default(''),
  err: z.object({ message: z.string() }),
});

/** What npm and pnpm say in JSON, as the lines they print for people; the others stay as they are. */
export function asPackageManagersPrint(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => /^ {2}"error": \{$/.test(line)) - 1;
  const npm =
    lines[start] === '{'
      ? npmSchema.safeParse(jsonOf(lines.slice(start, lines.indexOf('}', start) + 1).join('\n'))).data
      : undefined;
  if (npm && !lines.some((line) => line.startsWith('npm error'))) {
    const { code, summary, detail } = npm.error;
    return [`code ${code}`, ...`${summary}\n${detail}`.split('\n')].map((line) => `npm error ${line}`);
  }
  return lines.flatMap((line) => {
    const pnpm = line.includes('"level":"error"') ? pnpmSchema.safeParse(jsonOf(line)).data : undefined;
    return pnpm ? [` ${pnpm.code}  ${pnpm.err.message}`, '', ...pnpm.hint.split('\n')] : [line];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
