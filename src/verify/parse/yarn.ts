import type { Problem } from './problem.ts';
import { decodeURIComponentSafely } from './specifier.ts';

/** Yarn 1 and Berry. */
export function yarn(lines: readonly string[]): Problem | null {
  const line = lines.find((text) =>
    /^(?:error |Internal Error: |➤ YN\d{4}:.*(?:×|✘|Error|can't|couldn't|forbidden|doesn't))|YN00(?:28|35|41|60|18|82)/.test(
      text,
    ),
  );
  if (!line) return null;
  const message = line.trim();
  if (
    /doesn't seem to be present in your lockfile|YN0028|lockfile needs to be updated|lockfile would have been modified/.test(
      message,
    )
  )
    return {
      category: 'lockfile_mismatch',
      message,
      symbol: /--frozen-lockfile|YN\d{4}/.exec(message)?.[0] ?? 'lockfile',
    };
  const named = unknownPackage(message, lines) ?? ofTransfer(message);
  if (named) return named;
  if (/YN0018|checksum|Integrity check failed/i.test(message))
    return { category: 'integrity_error', message, symbol: 'integrity' };
  if (/YN0035.*404|YN0082|Couldn't find (?:any versions for|package)|No candidates found/.test(message)) {
    return {
      category: 'dependency_not_found',
      message,
      symbol:
        /"?((?:@[\w.-]+\/)?[\w.-]+)(?:@|"|:)/.exec(message.replace(/^.*?(?:for|package) /, ''))?.[1] ?? null,
    };
  }
  if (/engine "?node"? is incompatible|YN0060.*engine/.test(message))
    return { category: 'engine_mismatch', message, symbol: 'engine' };
  const script = /Command "([^"]+)" not found|Couldn't find a script named "([^"]+)"/.exec(message);
  if (script)
    return {
      category: 'config_error',
      subcategory: 'missing_script',
      message,
      symbol: script[1] ?? script[2] ?? null,
    };
  return null;
}

function unknownPackage(message: string, lines: readonly string[]): Problem | null {
  const workspace = /((?:@[\w.-]+\/)?[\w.-]+)@workspace:\S*: Workspace not found/.exec(message)?.[1];
  const berry =
    /YN0035: │ ((?:@[\w.-]+\/)?[\w.-]+)@\S+: Package not found/.exec(message)?.[1] ??
    (/YN0035/.test(message) && lines.some((line) => /Response Code.*404/.test(line))
      ? /YN0035: │ ((?:@[\w.-]+\/)?[\w.-]+)@/.exec(message)?.[1]
      : undefined);
  const classic =
    /(?:"|Error: )https?:\/\/[^\s"]+\/((?:@[\w.-]+(?:\/|%2[fF]))?[\w.-]+): Not found(?:"|$)/.exec(
      message,
    )?.[1];
  const symbol = workspace ?? berry ?? classic;
  return symbol
    ? { category: 'dependency_not_found', message, symbol: decodeURIComponentSafely(symbol) }
    : null;
}

/** Yarn 1 repeats what the registry answered, or the status where it answered nothing. */
function ofTransfer(message: string): Problem | null {
  const tarball = /^error (\S+): Extracting tar content of \S+ failed/.exec(message)?.[1];
  if (tarball)
    return {
      category: 'integrity_error',
      message,
      symbol: /([^/]+?)(?:-\d[^/]*)?\.tgz$/.exec(tarball)?.[1] ?? 'tar',
    };
  const [, answer = '', status] =
    /(?:"|Error: )https?:\/\/[^\s"]{1,400}: (?:([A-Za-z][\w ]{2,60})|Request failed "(\d{3})[^"]*")/.exec(
      message,
    ) ?? [];
  if (
    status === '401' ||
    status === '403' ||
    /^(?:unauthorized|authentication|forbidden|access denied)\b/i.test(answer)
  )
    return { category: 'auth', subcategory: 'registry', message, symbol: status ?? answer };
  if (status === '429' || /^too many requests\b/i.test(answer))
    return { category: 'rate_limit', message, symbol: status ?? answer };
  if (status?.startsWith('5'))
    return { category: 'network', subcategory: 'http_5xx', message, symbol: status };
  return null;
}
