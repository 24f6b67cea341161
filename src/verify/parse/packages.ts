import type { FailureCategory } from '../../domain/failure-category.ts';
import { asPackageManagersPrint } from './packages-json.ts';
import type { Parser, Problem } from './problem.ts';
import { decodeURIComponentSafely } from './specifier.ts';
import { yarn } from './yarn.ts';

const NPM_CODES: Readonly<Record<string, FailureCategory>> = {
  ERESOLVE: 'dependency_conflict',
  EPEERINVALID: 'dependency_conflict',
  EOVERRIDE: 'dependency_conflict',
  E404: 'dependency_not_found',
  ETARGET: 'dependency_not_found',
  ENOVERSIONS: 'dependency_not_found',
  EINVALIDPACKAGENAME: 'dependency_not_found',
  EINVALIDTAGNAME: 'config_error',
  EUNSUPPORTEDPROTOCOL: 'config_error',
  EUSAGE: 'lockfile_mismatch',
  EINTEGRITY: 'integrity_error',
  EBADENGINE: 'engine_mismatch',
  EBADPLATFORM: 'engine_mismatch',
  E401: 'auth',
  E403: 'auth',
  ENEEDAUTH: 'auth',
  EOTP: 'auth',
  E429: 'rate_limit',
  E500: 'network',
  E502: 'network',
  E503: 'network',
  E504: 'network',
  ENOTFOUND: 'network',
  EAI_AGAIN: 'network',
  ECONNREFUSED: 'network',
  ECONNRESET: 'network',
  ETIMEDOUT: 'network',
  ERR_SOCKET_TIMEOUT: 'network',
  FETCH_ERROR: 'network',
  EIDLETIMEOUT: 'network',
  SELF_SIGNED_CERT_IN_CHAIN: 'network',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'network',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'network',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'network',
  CERT_HAS_EXPIRED: 'network',
  ENOENT: 'file_not_found',
  EACCES: 'permission',
  EPERM: 'permission',
  ENOSPC: 'disk_full',
  EMFILE: 'resource_limit',
  EJSONPARSE: 'syntax_error',
  ENOWORKSPACES: 'config_error',
  EALLOWSCRIPTS: 'config_error',
};

/** npm, pnpm, yarn and bun: what they say when an installation fails or a script does not exist. */
export const parsePackages: Parser = (output) => {
  const lines = asPackageManagersPrint(output) ?? output;
  const problem = npm(lines) ?? pnpm(lines) ?? yarn(lines) ?? bun(lines);
  return problem ? [problem] : [];
};

function npm(lines: readonly string[]): Problem | null {
  const own = lines.flatMap((line) => /^\s*npm (?:error|ERR!) ?(.*)$/.exec(line)?.[1] ?? []);
  if (own.length === 0) return null;
  const text = own.join('\n');
  const script = /Missing script: "?([^"\s]+)"?/.exec(text);
  if (script)
    return {
      category: 'config_error',
      subcategory: 'missing_script',
      message: own[0] ?? '',
      symbol: script[1] ?? null,
    };
  const workspace = /No workspaces found:\s*(?:--workspace=)?(\S*)/.exec(text);
  if (workspace)
    return {
      category: 'config_error',
      subcategory: 'workspace',
      message: own[0] ?? '',
      symbol: workspace[1] ?? null,
    };
  const code = /^code (\S+)/m.exec(text)?.[1];
  if (code === undefined || code === 'ELIFECYCLE') return scriptOfDependency(text, own);
  const category = NPM_CODES[code];
  if (!category) return null;
  const message = own.find((line) => line !== '' && !line.startsWith('code ')) ?? code;
  return {
    category,
    ...detailsOf(code, text),
    message: `${code}: ${message.replace(new RegExp(`^${code} `), '')}${outOfStep(code, own)}`,
    symbol: symbolOf(code, text),
  };
}

const MOST_OUT_OF_STEP = 5;

/** `Invalid: lock file's a@1 does not satisfy a@2`: which packages the lock file has otherwise than package.json. */
function outOfStep(code: string, own: readonly string[]): string {
  if (code !== 'EUSAGE') return '';
  const named = own.filter((line) => /^(?:Invalid|Missing): /.test(line)).slice(0, MOST_OUT_OF_STEP);
  return named.map((line) => `\n${line}`).join('');
}

/** An install script of a dependency that failed: `npm error path …/node_modules/x` and its command. */
function scriptOfDependency(text: string, own: readonly string[]): Problem | null {
  const name = /^path .*node_modules\/((?:@[^/\s]+\/)?[^/\s]+)$/m.exec(text)?.[1];
  if (!name || !/^command /m.test(text)) return null;
  const tool = /(\S+): (?:command )?not found/.exec(text)?.[1];
  if (tool) return { category: 'missing_tool', message: own.join('\n').slice(0, 400), symbol: tool };
  return {
    category: 'build_error',
    subcategory: 'install_script',
    message: own.join('\n').slice(0, 400),
    symbol: name,
  };
}

function detailsOf(code: string, text: string): { subcategory?: string; file?: string; line?: number } {
  if (code === 'ERESOLVE') return { subcategory: 'peer' };
  if (code === 'ETARGET') return { subcategory: 'no_matching_version' };
  if (/^E40[13]$|^ENEEDAUTH$/.test(code)) return { subcategory: 'registry' };
  if (/^E5\d\d$/.test(code)) return { subcategory: 'http_5xx' };
  if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)) return { subcategory: 'dns' };
  if (code === 'ECONNREFUSED') return { subcategory: 'connection_refused' };
  if (code === 'ECONNRESET') return { subcategory: 'connection_reset' };
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code)) return { subcategory: 'tls' };
  if (code === 'EJSONPARSE') {
    const row = /\(line (\d+) column/.exec(text)?.[1];
    return { subcategory: 'json', file: 'package.json', ...(row ? { line: Number(row) } : {}) };
  }
  const path = code === 'ENOENT' ? /(?:path|open) '?([^'\n]*package\.json)'?/.exec(text)?.[1] : undefined;
  return path ? { file: path.endsWith('/package.json') ? 'package.json' : path } : {};
}

function symbolOf(code: string, text: string): string {
  if (code === 'ERESOLVE') {
    const from = /from ((?:@[^/\s]+\/)?[^@\s]+)@/.exec(/peer [^\n]*/.exec(text)?.[0] ?? '')?.[1];
    return from ?? /Found: ((?:@[^/\s]+\/)?[^@\s]+)@/.exec(text)?.[1] ?? code;
  }
  if (code === 'ETARGET')
    return /No matching version found for ((?:@[^/\s]+\/)?[^@\s]+)@/.exec(text)?.[1] ?? code;
  if (code === 'E404') {
    const quoted = /'((?:@[^/\s]+\/)?[^@'\s]+)@[^']*' (?:is not in|could not be found)/.exec(text)?.[1];
    const url = /- GET \S+\/([^\s/]+)(?: - |$)/m.exec(text)?.[1];
    return quoted ?? (url ? decodeURIComponentSafely(url) : code);
  }
  if (code === 'EINVALIDTAGNAME') return /of package "((?:@[^/\s"]+\/)?[^@\s"]+)@/.exec(text)?.[1] ?? code;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const host = /getaddrinfo \w+ ([\w.-]+)/.exec(text)?.[1];
    return host ? `${code} ${host}` : code;
  }
  return code;
}

function pnpm(lines: readonly string[]): Problem | null {
  const head = lines.map((line) => /\b(ERR_PNPM_\w+)\s+(.*)$/.exec(line)).find((found) => found !== null);
  if (!head) return manifestProblem(lines);
  const [, code = '', message = ''] = head;
  const text = lines.join('\n');
  const base = { message: `${code}: ${message}` };
  const unmet = /(?:unmet|missing) peer ((?:@[^/\s]+\/)?[^@\s]+)/.exec(text);
  if (/PEER_DEP/.test(code))
    return { category: 'dependency_conflict', subcategory: 'peer', ...base, symbol: unmet?.[0] ?? code };
  if (/FETCH_404|NO_MATCHING_VERSION|WORKSPACE_PKG_NOT_FOUND|NO_VERSIONS|SPEC_NOT_SUPPORTED/.test(code)) {
    const name =
      /^((?:@[^/\s]+\/)?[\w.-]+) is not in the npm registry/m.exec(text)?.[1] ??
      /(?:found for|dependency|In [^:]*: ?) ?"?((?:@[^/\s"]+\/)?[\w.-]+)@/.exec(message)?.[1];
    const version = /VERSION/.test(code) ? { subcategory: 'no_matching_version' } : {};
    return { category: 'dependency_not_found', ...version, ...base, symbol: name ?? code };
  }
  if (/OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH|NO_LOCKFILE|LOCKFILE_BREAKING|BROKEN_LOCKFILE/.test(code)) {
    return { category: 'lockfile_mismatch', ...base, file: 'package.json', symbol: code };
  }
  if (/INTEGRITY|TARBALL_INTEGRITY|MISMATCH.*CHECKSUM/.test(code))
    return { category: 'integrity_error', ...base, symbol: code };
  if (/UNSUPPORTED_ENGINE|UNSUPPORTED_PLATFORM|BAD_PM_VERSION/.test(code))
    return { category: 'engine_mismatch', ...base, symbol: code };
  if (/FETCH_40[13]/.test(code)) return { category: 'auth', subcategory: 'registry', ...base, symbol: code };
  if (/FETCH_429/.test(code)) return { category: 'rate_limit', ...base, symbol: code };
  if (/META_FETCH_FAIL|FETCH_5\d\d|ECONN|ETIMEDOUT/.test(code))
    return {
      category: 'network',
      ...base,
      symbol: /\b(?:ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT)\b/.exec(message)?.[0] ?? code,
    };
  if (/NO_SCRIPT|RECURSIVE_RUN_NO_SCRIPT/.test(code)) {
    return {
      category: 'config_error',
      subcategory: 'missing_script',
      ...base,
      symbol: /script[^"':]*[:"']+ ?([\w:-]+)/.exec(message)?.[1] ?? code,
    };
  }
  const tool = /EXEC_FIRST_FAIL/.test(code) ? /Command "([^"]+)" not found/.exec(message)?.[1] : undefined;
  if (tool) return { category: 'missing_tool', ...base, symbol: tool };
  if (/FIRST_FAIL|ELIFECYCLE/.test(code)) return null;
  if (/JSON_PARSE/.test(code))
    return { category: 'syntax_error', subcategory: 'json', ...base, file: 'package.json' };
  if (/IGNORED_BUILDS/.test(code)) return { category: 'config_error', ...base, symbol: code };
  if (/NO_IMPORTER_MANIFEST|NO_PKG_MANIFEST/.test(code))
    return { category: 'file_not_found', ...base, file: 'package.json', symbol: code };
  return null;
}

/** pnpm reads package.json before it has a code for what is wrong with it. */
function manifestProblem(lines: readonly string[]): Problem | null {
  const line = lines.find((text) => /^\s*ERROR\s+.* in JSON at position \d+/.test(text));
  if (!line) return null;
  return { category: 'syntax_error', subcategory: 'json', message: line.trim(), file: 'package.json' };
}

function bun(lines: readonly string[]): Problem | null {
  if (lines.some((line) => /^error: \w+ downloading package manifest/.test(line))) return null;
  for (const line of lines) {
    const missing =
      /^error: (?:GET )?(\S+?)(?:@\S+)? (?:failed to resolve|- 404)/.exec(line) ??
      /^error: No version matching "[^"]*" found for specifier "([^"]+)"/.exec(line);
    if (missing)
      return {
        category: 'dependency_not_found',
        message: line,
        symbol: missing[1]?.replace(/^.*\//, '') ?? null,
      };
    if (/^error: lockfile had changes, but lockfile is frozen/.test(line))
      return { category: 'lockfile_mismatch', message: line, symbol: 'bun.lock' };
    const script = /^error: Script not found "([^"]+)"/.exec(line);
    if (script)
      return {
        category: 'config_error',
        subcategory: 'missing_script',
        message: line,
        symbol: script[1] ?? null,
      };
  }
  return null;
}
