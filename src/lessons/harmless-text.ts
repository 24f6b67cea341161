import { createRedactor } from '../lib/redact.ts';

const redactShapes = createRedactor();
const LONGEST_MESSAGE = 300;
/** Long runs of letters and digits that no word is made of: keys that no known pattern fits. */
const RANDOM = /[A-Za-z0-9+/_=-]{24,}/g;

/**
 * A tool's message as it is kept: one line, without secrets, and without what differs from run to run, so that equal problems read equal.
 * Whoever wrote it cannot steer a reader with it: it is short, and has no fence, markup or control character.
 */
export function normaliseMessage(message: string): string {
  const text = redactShapes(message.slice(0, 2_000))
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<id>')
    .replace(RANDOM, (run) => (looksRandom(run) ? '<redacted>' : run))
    .replace(/\/tmp\/[\w./-]+/g, '<temporary>')
    .replace(/\b\d[\d.,:]*(?:ms|s|m|%|px)?(?![\w])/g, '<n>')
    .replace(/[`~]{3,}|<\/?[a-z][a-z_-]*>(?<!<(?:n|id|temporary|redacted)>)/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE - 1)}…` : text;
}

/** The same without a name, path or value of the repository: what tools say everywhere. */
export function generalMessage(message: string): string {
  return normaliseMessage(message)
    .replace(/'[^']*'|"[^"]*"|`[^`]*`/g, '<name>')
    .replace(/\S*\/\S*/g, '<path>')
    .replace(/\b\w+\.\w{1,5}\b/g, '<path>')
    .trim()
    .slice(0, LONGEST_MESSAGE);
}

const WITHHELD = '[a line was left out: it may hold a secret]';

/** Lines of a diff without secrets: a line in which one is found, or may be, goes as a whole. */
export function withoutSecretLines(text: string): string {
  const safe = redactShapes(text);
  const before = text.split('\n');
  const after = safe.split('\n');
  // A secret over several lines makes them fewer: then only what is left can be shown.
  const same = before.length === after.length;
  const lines = after.map((line, index) =>
    (same && line !== before[index]) || hasRandom(line) ? `${line.slice(0, 1)}${WITHHELD}` : line,
  );
  return lines.filter((line, index) => line !== lines[index - 1] || !line.endsWith(WITHHELD)).join('\n');
}

function hasRandom(line: string): boolean {
  return (line.match(RANDOM) ?? []).some(looksRandom);
}

/** Digits and both cases mixed, or long hexadecimal, and no path or name of several words. */
function looksRandom(run: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(run)) return true;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/].filter((kind) => kind.test(run)).length;
  const digits = run.replace(/\D/g, '').length;
  return kinds === 3 && digits >= 3 && !/[/_-]/.test(run.slice(1, -1)) ? true : kinds === 3 && digits >= 6;
}
