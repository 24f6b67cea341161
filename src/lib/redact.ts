/** Shapes of secrets that are recognised wherever they stand. Each replacement keeps what tells a reader which one it was. */
const PATTERNS: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  {
    name: 'private key',
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  },
  { name: 'anthropic key', pattern: /\bsk-ant-[\w-]{16,}/g },
  { name: 'openrouter key', pattern: /\bsk-or-[\w-]{16,}/g },
  { name: 'openai key', pattern: /\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,}/g },
  { name: 'github token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g },
  { name: 'gitlab token', pattern: /\bglpat-[\w-]{20,}/g },
  { name: 'slack token', pattern: /\bxox[abposr]-[\w-]{10,}/g },
  { name: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { name: 'aws key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { name: 'google key', pattern: /\bAIza[\w-]{35}\b/g },
  { name: 'telegram token', pattern: /\b\d{8,10}:[A-Za-z0-9_-]{35}\b/g },
  { name: 'atlassian token', pattern: /\bATATT3[\w=-]{20,}/g },
  { name: 'json web token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*/g },
  { name: 'runyard token', pattern: /\bry[acdglsw]_[\w.-]{16,}/g },
];

/** `name=value` and `Authorization: Bearer value`: the name stays, the value goes. */
const ASSIGNMENTS: readonly RegExp[] = [
  /\b(authorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+)[^\s"',;]+/gi,
  /\b((?:[\w-]*(?:password|passwd|secret|api[_-]?key|access[_-]?token|auth[_-]?token))["']?\s*[:=]\s*["']?)[^\s"',;&]{6,}/gi,
  /\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gi,
];

const SHORTEST_KNOWN_SECRET = 6;

export type Redact = (text: string) => string;

/**
 * Makes a function that removes secrets from text: the given values exactly, and anything that looks like a secret.
 * Values shorter than 6 characters are ignored, as they would blank out ordinary words.
 */
export function createRedactor(knownSecrets: Iterable<string> = []): Redact {
  const known = [...knownSecrets].filter((value) => value.length >= SHORTEST_KNOWN_SECRET);
  known.sort((a, b) => b.length - a.length);
  return (text) => redactShapes(known.reduce((rest, value) => rest.replaceAll(value, '[redacted]'), text));
}

function redactShapes(text: string): string {
  let result = text;
  for (const { name, pattern } of PATTERNS) result = result.replace(pattern, `[redacted ${name}]`);
  for (const pattern of ASSIGNMENTS) result = result.replace(pattern, '$1[redacted]');
  return result;
}
