import type { FailureCategory } from '../../domain/failure-category.ts';

export interface PythonMeaning {
  readonly category: FailureCategory;
  readonly subcategory?: string;
  readonly symbol: string | null;
}

type Rule = readonly [pattern: RegExp, category: FailureCategory, subcategory?: string];

/**
 * What the last line of a traceback says of the surroundings, in the words of Python's own library and the usual clients. A built-in error without an
 * error number is a program's own: `TimeoutError: queue still empty` says nothing about a network.
 */
const RULES: readonly Rule[] = [
  [/\bHTTP ?Error: (?:HTTP Error )?(429)\b/, 'rate_limit'],
  [/\bHTTP ?(?:Status)?Error: (?:HTTP Error |Client error ')?(40[13])\b/, 'auth'],
  [/\bHTTP ?(?:Status)?Error: (?:HTTP Error |Server error ')?(50[0234]|52\d)\b/, 'network', 'http_5xx'],
  [/(CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|WRONG_VERSION_NUMBER)/, 'network', 'tls'],
  [
    /(Temporary failure in name resolution|Name or service not known|No address associated with hostname|nodename nor servname|NameResolutionError)/,
    'network',
    'dns',
  ],
  [
    /^(?:\w+\.)*(?:ReadTimeout|ConnectTimeout|PoolTimeout|WriteTimeout|ReadTimeoutError|ConnectTimeoutError|ServerTimeoutError|timeout)\b[^]*?(timed out|[Tt]imeout)/,
    'timeout',
    'network_timeout',
  ],
  [
    /(?:\bTimeoutError: |urlopen error )(?:\[Errno 110\] )?((?:Connection )?timed out)\s*>?$/,
    'timeout',
    'network_timeout',
  ],
  [/^(?:\w+\.)*(TimeoutExpired): /, 'timeout', 'subprocess'],
  [/\[Errno 111\] (Connection refused)|\((Connection refused)\)/, 'network', 'connection_refused'],
  [/\[Errno 98\] (Address already in use)/, 'port_in_use'],
  [
    /(\[Errno 104\] Connection reset by peer|Connection reset by peer|RemoteDisconnected|Connection aborted|IncompleteRead|ConnectionResetError|BrokenPipeError|ServerDisconnectedError)/,
    'network',
    'connection_reset',
  ],
  [/(Network is unreachable|No route to host)/, 'network'],
  [
    /^(?:requests\.exceptions|urllib3\.exceptions|httpx|httpcore|aiohttp\.client_exceptions)\.(Connect(?:ion)?Error|ClientConnector\w*|MaxRetryError|ChunkedEncodingError|RemoteProtocolError|ReadError|ProxyError)\b/,
    'network',
  ],
  [/died with <Signals\.(SIGKILL|SIGTERM)/, 'process_killed', 'subprocess'],
];

/** null: the error is the program's own. */
export function meaningOfPythonError(line: string): PythonMeaning | null {
  if (/^(?:AssertionError|assert|Failed)\b/.test(line)) return null;
  const said = line.slice(0, 1_000);
  for (const [pattern, category, subcategory] of RULES) {
    const match = pattern.exec(said);
    if (!match) continue;
    const symbol = match.slice(1).find((group) => group !== undefined) ?? null;
    return { category, ...(subcategory ? { subcategory } : {}), symbol };
  }
  return null;
}

/** What a test met outside of itself. A program it ran, or an answer it was refused, may be what it tests. */
export function surroundingsOfPythonTest(line: string): PythonMeaning | null {
  const meaning = meaningOfPythonError(line);
  return meaning?.category === 'auth' || meaning?.subcategory === 'subprocess' ? null : meaning;
}

/** The last line of the last traceback; null where the text holds none. */
export function lastPythonError(lines: readonly string[]): string | null {
  const start = lines.findLastIndex((line) => /^\s*Traceback \(most recent call last\):/.test(line));
  if (start < 0) return null;
  const after = lines.slice(start + 1);
  return after.find((line) => /^(?:\w+\.)*[A-Za-z_]\w*(?::|$)/.test(line) && !/^\s/.test(line)) ?? null;
}
