interface Shape {
  readonly what: string;
  readonly pattern: RegExp;
}

/** What secretlint's preset does not know, or knows only in part. Each is linear, with bounded repetition. */
const SHAPES: readonly Shape[] = [
  { what: 'Telegram bot token', pattern: /(?<![\w-])\d{8,10}:AA[A-Za-z0-9_-]{33}(?![\w-])/g },
  { what: 'Atlassian token', pattern: /\bATATT3[\w=-]{40,300}/g },
  { what: 'GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,100}|github_pat_\w{60,120})/g },
  { what: 'GitLab token', pattern: /\bglpat-[\w-]{20,100}/g },
  { what: 'AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { what: 'Anthropic key', pattern: /\bsk-ant-(?:api|admin)\d\d-[\w-]{40,200}/g },
  { what: 'OpenAI key', pattern: /\bsk-(?:proj-|svcacct-)?[A-Za-z0-9]{20}[A-Za-z0-9_-]{0,180}/g },
  { what: 'OpenRouter key', pattern: /\bsk-or-v1-[0-9a-f]{40,100}/g },
  { what: 'Google API key', pattern: /\bAIza[\w-]{35}\b/g },
  { what: 'Stripe key', pattern: /\b[sr]k_live_[A-Za-z0-9]{20,120}/g },
  { what: 'Slack token', pattern: /\bxox[abposr]-[A-Za-z0-9-]{20,120}/g },
  { what: 'Discord token', pattern: /\b[MN][A-Za-z\d]{23,25}\.[\w-]{6}\.[\w-]{27,38}\b/g },
  { what: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { what: 'PyPI token', pattern: /\bpypi-AgEIcHlwaS5vcmc[\w-]{50,300}/g },
  { what: 'Hugging Face token', pattern: /\bhf_[A-Za-z0-9]{34,40}\b/g },
  { what: 'JSON web token', pattern: /\beyJ[\w-]{15,400}\.eyJ[\w-]{15,1000}\.[\w-]{20,600}/g },
];

/** A header alone is a text about keys; the key itself follows it. */
const PRIVATE_KEY =
  /-----BEGIN (?:[A-Z]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\\n|[\s"'+,\\A-Za-z0-9/=:.-]){120,400}/g;

/** Private keys in lines that stand together. */
export function privateKeys(content: string): readonly { readonly value: string; readonly index: number }[] {
  return [...content.matchAll(PRIVATE_KEY)].flatMap((match) => {
    const body = match[0].replace(/^-----BEGIN[A-Z ]*-----/, '');
    return /[A-Za-z0-9+/]{40}/.test(body) && entropyOf(body) > 4
      ? [{ value: match[0].slice(0, 40), index: match.index }]
      : [];
  });
}

/** A name that says what follows, and a value in quotes or without. */
const ASSIGNMENT =
  /(?:^|[\s,{(;"'`&?.[])([A-Za-z0-9_-]{0,40}?(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?key|access[_-]?token|auth[_-]?token|client[_-]?secret|private[_-]?key|token))["'`\]]{0,2}\s{0,3}(?:=>|:=|[:=])\s{0,3}(["'`]?)([^\s"'`,;&<>()[\]{}]{8,200})/gi;
const BEARER = /\bBearer\s{1,3}([A-Za-z0-9._~+/-]{24,500}={0,2})/g;
const IN_URL = /\b[a-z][a-z0-9+.-]{1,20}:\/\/([^\s/:@"'`]{1,80}):([^\s/@"'`]{6,120})@([\w.-]{1,120})/gi;

export const PASSWORD_IN_URL = 'password in a URL';

export interface ShapeHit {
  readonly what: string;
  readonly value: string;
  readonly isShape: boolean;
}

/** Credentials in a line of at most a few thousand characters. */
export function ownFindings(text: string): ShapeHit[] {
  const shapes = SHAPES.flatMap(({ what, pattern }) =>
    [...text.matchAll(pattern)].map(([value]) => ({ what, value, isShape: true })),
  );
  const bearer = [...text.matchAll(BEARER)].flatMap(([, value = '']) =>
    looksRandom(value) ? [{ what: 'Bearer token', value, isShape: true }] : [],
  );
  const urls = [...text.matchAll(IN_URL)].flatMap(([, , value = '', host = '']) =>
    isLocal(host) || isPlaceholder(value) ? [] : [{ what: PASSWORD_IN_URL, value, isShape: false }],
  );
  return [...shapes, ...bearer, ...urls, ...assignments(text)];
}

function assignments(text: string): ShapeHit[] {
  return [...text.matchAll(ASSIGNMENT)].flatMap(([, name = '', quote = '', value = '']) => {
    const isPassword = /pass|pwd/i.test(name);
    const isCode = quote === '' && /[.$(]|^[A-Za-z_]+$/.test(value);
    if (isCode || isPlaceholder(value) || isName(value)) return [];
    if (!looksRandom(value) && !(isPassword && quote !== '' && isStrongPassword(value))) return [];
    return [{ what: `value of ${name.slice(0, 40)}`, value, isShape: false }];
  });
}

/** Words with dashes and underscores, paths, versions: names of things. */
function isName(value: string): boolean {
  return (
    /^[a-z]+(?:[-_.:/][a-z]+)*$/i.test(value) ||
    /^[./~]|^\w+:\/\/|^[A-Z_]+$/.test(value) ||
    /^\d+(?:\.\d+)*$/.test(value)
  );
}

function looksRandom(value: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(value)).length;
  const isHex = /^[0-9a-f]{32,}$/i.test(value);
  return (
    value.length >= 16 &&
    (kinds === 3 || (kinds === 2 && /\d/.test(value)) || isHex) &&
    entropyOf(value) >= 3.2
  );
}

function isStrongPassword(value: string): boolean {
  return value.length >= 8 && /\d/.test(value) && /[a-z]/i.test(value) && /[^A-Za-z0-9]|[A-Z]/.test(value);
}

/** Bits per character. */
function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce(
    (sum, count) => sum - (count / value.length) * Math.log2(count / value.length),
    0,
  );
}

const PLACEHOLDER =
  /example|placeholder|changeme|change[-_]?me|your[-_]|[-_]here\b|dummy|fake|sample|redacted|insert|replace|test|mock|not[-_]?a[-_]?real|xxxx|\*{3,}|\.{3}|<[^>]{0,60}>|\$\{|\$\(|\{\{|process\.env|os\.environ|env\(|secrets\.|0{8}|1234567|abcdef|foobar|lorem|deadbeef|hunter2|correct-?horse|s3cr3t|secret[-_]?(?:key|token|value)?$|^secret|^pass(?:word)?\d{0,4}!?$|localhost/i;

/** Written to be replaced, or so regular that it opens nothing. */
export function isPlaceholder(value: string): boolean {
  if (PLACEHOLDER.test(value)) return true;
  const body = value.replace(/^[A-Za-z]{2,6}[-_]/, '');
  return new Set(body).size <= Math.max(4, body.length / 8) && !value.startsWith('-----');
}

function isLocal(host: string): boolean {
  return /^(?:localhost|127\.|0\.0\.0\.0|\[?::1|host\.docker\.internal|db|postgres|mysql|redis|mongo|rabbitmq)|(?:^|\.)(?:example|test|invalid|localhost|local|internal)(?:\.(?:com|org|net))?$/i.test(
    host,
  );
}

/** The line with the value hidden but for its first characters, which tell a reader which one it is. */
export function maskLine(text: string, value: string): string {
  const kept = value.slice(0, Math.min(4, Math.floor(value.length / 5)));
  const masked = text.replaceAll(value, () => `${kept}${'*'.repeat(12)}`);
  const at = Math.max(0, masked.indexOf(`${kept}${'*'.repeat(12)}`) - 60);
  return ownMask(masked.slice(at, at + 160));
}

/** Anything else in the line that has the shape of a credential. */
function ownMask(text: string): string {
  return SHAPES.reduce(
    (rest, { pattern }) => rest.replace(pattern, (found) => `${found.slice(0, 4)}${'*'.repeat(12)}`),
    text,
  );
}
