import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable } from './find-executable.ts';

/**
 * rustup's programs (`cargo`, `rustc`) look for their tool chains in the home folder, and a child's home is another one. Nothing is set
 * where Rust came another way. A tool chain that is not there is an error at once: a child has no network to fetch it.
 */
export function rustToolChain(
  host: Readonly<Record<string, string | undefined>>,
  path: string,
): Record<string, string> {
  if (findExecutable('rustup', path) === null) return {};
  const usual = host['HOME'] ? join(host['HOME'], '.rustup') : null;
  const folder = host['RUSTUP_HOME'] || usual;
  return folder && existsSync(folder) ? { RUSTUP_HOME: folder, RUSTUP_AUTO_INSTALL: '0' } : {};
}
