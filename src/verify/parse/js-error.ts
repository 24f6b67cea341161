import type { FailureCategory } from '../../domain/failure-category.ts';
import { categoryOfSpecifier } from './specifier.ts';

export interface Meaning {
  readonly category: FailureCategory;
  readonly subcategory?: string;
  readonly symbol?: string | null;
}

type Rule = readonly [RegExp, (match: RegExpExecArray) => Meaning];

const specifier = (match: RegExpExecArray): Meaning => ({
  category: categoryOfSpecifier(match[1] ?? ''),
  symbol: match[1] ?? null,
});
const fixed =
  (category: FailureCategory, subcategory?: string) =>
  (match: RegExpExecArray): Meaning => ({
    category,
    ...(subcategory ? { subcategory } : {}),
    symbol: match[1] ?? match[0].slice(0, 80),
  });

/** What the message of a JavaScript error says about its cause, most telling first. */
const RULES: readonly Rule[] = [
  [
    /subpath '([^']+)' is not defined by "exports"|No "exports" main defined in/,
    fixed('import_resolution', 'package_exports'),
  ],
  [/ERR_PACKAGE_PATH_NOT_EXPORTED/, fixed('import_resolution', 'package_exports')],
  [/Missing "([^"]+)" specifier in "[^"]+" package/, fixed('import_resolution', 'package_exports')],
  [/Package import specifier "([^"]+)" is not defined/, fixed('import_resolution')],
  [
    /^(?:\w+ \[ERR_IMPORT_(?:ATTRIBUTE|ASSERTION_TYPE)_\w+\]: )?Module "([^"]+)" (?:needs an import (?:attribute|assertion) of|is not of) /,
    (match) => ({
      category: 'import_resolution',
      subcategory: 'import_attribute',
      symbol: (match[1] ?? '').replace(/^.*\//, ''),
    }),
  ],
  [/Directory import '([^']+)' is not supported/, fixed('import_resolution', 'directory_import')],
  [/does not provide an export named '([^']+)'/, fixed('missing_export')],
  [/^\S{1,300} does not export '([^']+)'/, fixed('missing_export')],
  [/["']([^"']+)["'] is not exported (?:by|from)/, fixed('missing_export')],
  [/[Ee]xport '([^']+)' \(imported as '[^']+'\) was not found in/, fixed('missing_export')],
  [/No matching export in "[^"]*" for import "([^"]+)"/, fixed('missing_export')],
  [/Named export '([^']+)' not found/, fixed('missing_export')],
  [/^\[?MISSING_EXPORT\]? "([^"]+)"/m, fixed('missing_export')],
  [/\[vitest\] No "([^"]+)" export is defined/, fixed('missing_export')],
  [
    /(?:__vite_ssr_import_\d+__|__vi_import_\d+__|import_\w+)\.(?:default\.)?([\w$]+)\)? is not a (?:function|constructor)/,
    fixed('missing_export'),
  ],
  [/\(0\s*,\s*(?:[\w$]+\.)*([\w$]+)\) is not a function/, fixed('missing_export')],
  [
    /(Your test suite must contain at least one test|No test suite found|No test found in suite)/,
    fixed('no_tests'),
  ],
  [/Cannot find package '([^']+)'/, fixed('missing_dependency')],
  [
    /tried to access ((?:@[^\s/,]{1,100}\/)?[^\s/,]{1,100})[^\s,]{0,200}(?: \([^)\n]{1,200}\))?, but it isn't declared in (?:your|its) dependencies/,
    fixed('missing_dependency', 'undeclared'),
  ],
  [/Cannot find dependency '([^']+)'/, fixed('missing_dependency')],
  [/Cannot find module ['"]([^'"]+)['"]/, specifier],
  [/[Ff]ailed to resolve import "([^"]+)"/, specifier],
  [/Failed to resolve (\/\S+) from/, specifier],
  [/Could not resolve entry module ["']([^"']+)["']/, fixed('import_resolution', 'entry')],
  [/Could not resolve (?:'|") ?["']?([^"'\s]+)["']?/, specifier],
  [/Failed to (?:resolve|load) (?:url|entry for package) "?([^\s"]+)"?/, specifier],
  [/Could not resolve "([^"]+)"/, specifier],
  [/Can't resolve '([^']+)'/, specifier],
  [/Unable to resolve (?:path to )?module ['"]?([^\s'"]+)['"]?/, specifier],
  [
    /Browserslist|(?:[Ee]nvironment|ENVIRONMENT|[Ee]nv) [Vv]ariable:? [`'"]?([A-Z][A-Z0-9_]+)[`'"]? (?:is )?(?:not set|missing|required|undefined|not found)/,
    fixed('missing_env_var'),
  ],
  [
    /(?:[Mm]issing|[Rr]equired|[Uu]nset)[^\n]{0,30}env(?:ironment)?(?: variable)?s?:?\s+[`'"]?([A-Z][A-Z0-9_]+)/,
    fixed('missing_env_var'),
  ],
  [
    /\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b[`'"]? (?:environment variable )?(?:is |must be )(?:not (?:set|defined)|required|missing|set)/,
    fixed('missing_env_var'),
  ],
  [
    /(?:set|provide|define) (?:the )?[`'"]?([A-Z][A-Z0-9]*_[A-Z0-9_]+)[`'"]? (?:environment variable|env)/i,
    fixed('missing_env_var'),
  ],
  [
    /heap out of memory|Allocation failed - JavaScript heap|ERR_WORKER_OUT_OF_MEMORY|terminated due to reaching memory limit/,
    fixed('out_of_memory'),
  ],
  [/file watchers reached|\binotify\b/, fixed('resource_limit', 'inotify')],
  [
    /EMFILE|too many open files|Cannot create a string longer than|Invalid string length|ERR_STRING_TOO_LONG/,
    fixed('resource_limit'),
  ],
  [/ENOSPC|No space left on device/, fixed('disk_full')],
  [/EADDRINUSE[^\n]*?:(\d+)(?:$|\n)|EADDRINUSE|address already in use/, fixed('port_in_use')],
  [/spawn (\S+) ENOENT/, fixed('missing_tool')],
  [/Unknown option [`'"]?(--?[\w-]+)/, fixed('config_error')],
  [
    /Executable doesn't exist|Could not find Chrom(?:e|ium)|Failed to launch the browser/,
    fixed('missing_tool'),
  ],
  // A bug in what answers the request, a mock or a wrapper, is no fault of the network.
  [/(?:\[cause\]|Caused by): ((?:Type|Range|Reference)Error: [^\n]{3,100})/, fixed('runtime_error')],
  [/\bsignal=?:? ?(SIGKILL|SIGTERM)\b/, fixed('process_killed')],
  // What axios, got and ky say of an answer. A gateway's fault passes.
  [/Request failed with status code (429)\b/, fixed('rate_limit')],
  [/Request failed with status code (40[13])\b/, fixed('auth')],
  [/Request failed with status code (50[0234]|52\d)\b/, fixed('network', 'http_5xx')],
  [/getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (\S+)/, fixed('network', 'dns')],
  [/(ECONNREFUSED)/, fixed('network', 'connection_refused')],
  // Node gives a WebSocket that could not be opened an error without a message: only its stack tells.
  [
    /^\w*Error\n[^]{0,1000}?\bat (?:Object\.)?(failWebsocketConnection) \(node:internal/,
    () => ({ category: 'network', symbol: 'WebSocket' }),
  ],
  [/(ECONNRESET|socket hang up|EPIPE)/, fixed('network', 'connection_reset')],
  [
    /(self[- ]signed certificate|unable to verify the first certificate|CERT_HAS_EXPIRED|certificate has expired|unable to get local issuer|altnames|EPROTO)/,
    fixed('network', 'tls'),
  ],
  [
    /(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_\w*TIMEOUT|\bTimeoutError|timeout of \d+ms exceeded|Timeout awaiting '\w+')|operation was aborted due to timeout/,
    fixed('timeout', 'network_timeout'),
  ],
  // A port or a scheme that may not be used is refused before anything is sent, each time.
  [/(?:\[cause\]|Caused by): Error: (bad port)/, fixed('network', 'bad_port')],
  [/(?:\[cause\]|Caused by): Error: (unknown scheme)/, fixed('network', 'bad_url')],
  [
    /(EHOSTUNREACH|ENETUNREACH|fetch failed|net::ERR_(?:CONNECTION|NAME|INTERNET|NETWORK|ADDRESS|EMPTY)_\w+)/,
    fixed('network'),
  ],
  [/(EACCES|EPERM|ERR_ACCESS_DENIED)/, fixed('permission')],
  [
    /ENOENT: no such file or directory, \w+ '([^']+)'|(ENOENT)/,
    (match) => ({ category: 'file_not_found', symbol: match[1] ?? 'ENOENT' }),
  ],
  [
    /Must use import to load (ES Module)|(?:Cannot use import statement outside a module|require\(\) of (ES Module))|ERR_REQUIRE_ESM/,
    (match) => ({
      category: 'config_error',
      subcategory: 'module_format',
      symbol: match[1] ?? match[2] ?? 'import statement outside a module',
    }),
  ],
  [/^(?:\w*Error: )?([\w$.]+) is not defined(?: in ES module scope)?(?:$|\n)/, fixed('undefined_symbol')],
  [/Cannot access '([^']+)' before initialization/, fixed('runtime_error')],
  [/(SQLITE_BUSY|database is locked|deadlock detected)/, fixed('database', 'locked')],
  [
    /(SQLITE_\w+|relation "[^"]+" does not exist|duplicate key value|violates \S+ constraint)/,
    fixed('database'),
  ],
  [
    /Transform failed with \d+ error|\bParse failure\b|PARSE_ERROR|Expression expected/,
    () => ({ category: 'syntax_error', symbol: null }),
  ],
];

/** null: nothing in the message tells a cause. `name` is the error's class where it is known. */
export function meaningOfMessage(message: string, name: string | null = null): Meaning | null {
  const text = message.slice(0, 2_000);
  for (const [pattern, meaning] of RULES) {
    const match = pattern.exec(text);
    if (match) return meaning(match);
  }
  if (name?.includes('SyntaxError')) return { category: 'syntax_error', symbol: null };
  if (name === 'ReferenceError')
    return { category: 'undefined_symbol', symbol: /^\[?(?:ReferenceError: )?(\S+)/.exec(text)?.[1] ?? null };
  return null;
}

/** A test file that throws while it is loaded runs no test, so that no test fails; an assertion outside of any is still one. */
export function categoryOfLoading(name: string | undefined): FailureCategory {
  return name === undefined || name.startsWith('AssertionError') ? 'test_failure' : 'runtime_error';
}

/** `TypeError: x is not a function` → its two parts; null where the line is no error's first line. */
export function splitErrorLine(line: string): { readonly name: string; readonly message: string } | null {
  const match =
    /^\s*(?:Uncaught )?\[?((?:[A-Z][\w$]*)?(?:Error|Exception|Warning)|DOMException)(?: \[\w+\])?(?:: |\]?$)(.*?)\]?$/.exec(
      line,
    ) ??
    /^\s*(?:Uncaught )?\[?([a-z]\w*(?:\.\w+)*(?:Error)?): ((?:Executable|Timeout|Target|net::).*)$/.exec(
      line,
    );
  return match ? { name: match[1] ?? 'Error', message: match[2] ?? '' } : null;
}

/**
 * A name that cannot be called, in a frame that shows it being imported: the module has no such export, and the runner turned that into
 * `x is not a function`.
 */
export function importedButMissing(message: string, frame: readonly string[]): Meaning | null {
  const name = /(?:^|[\s(,])([A-Za-z_$][\w$]*)\)? is not a (?:function|constructor)/.exec(
    message.slice(0, 400),
  )?.[1];
  if (!name) return null;
  const imports = frame.some((line) => {
    const names = /^[\s>]*\d+ ?\|\s*import\s*(?:[\w$]+\s*,\s*)?\{([^}]{1,400})\}\s*from/.exec(line)?.[1];
    return (
      names !== undefined &&
      names.split(',').some(
        (part) =>
          part
            .trim()
            .split(/\s+as\s+/)
            .at(-1) === name,
      )
    );
  });
  return imports ? { category: 'missing_export', symbol: name } : null;
}
