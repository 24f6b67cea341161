import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isWithin } from './sandbox-host.ts';

/** Version managers and tool chains people keep in their home folder. None of these holds keys or tokens. */
const TOOL_CHAINS = [
  '.nvm/versions',
  '.volta',
  '.fnm',
  '.local/share/fnm',
  '.local/share/mise/installs',
  '.local/share/mise/shims',
  '.asdf',
  '.pyenv',
  '.rbenv',
  '.rustup',
  '.cargo/bin',
  '.bun/bin',
  '.deno/bin',
  '.sdkman/candidates',
  '.local/share/pnpm',
  '.local/bin',
  '.local/lib',
  '.npm-global',
  'go/bin',
  'go/pkg/mod/cache/download',
];

/**
 * What a sandbox has to show of a hidden home folder so that the programs on PATH still run: the folders on PATH that lie in it, and
 * the tool chains they lead to. For `SandboxPolicy.readable`.
 */
export function toolFolders(path: string, home: string): string[] {
  const onPath = path
    .split(':')
    .map((entry) => resolve(entry))
    .filter((entry) => isWithin(entry, home) && entry !== resolve(home));
  const around = onPath.filter((entry) => entry.endsWith('/bin')).map((entry) => dirname(entry));
  const chains = TOOL_CHAINS.map((name) => join(home, name));
  const wanted = [...onPath, ...around.filter((folder) => isInstallation(folder, home)), ...chains];
  return [...new Set(wanted)].filter((folder) => existsSync(folder));
}

/** A folder with `bin` and `lib` in it is an installation of its own; a home folder or `~/.local` is not. */
function isInstallation(folder: string, home: string): boolean {
  const depth = folder.slice(resolve(home).length).split('/').length - 1;
  return depth >= 2 && existsSync(join(folder, 'lib'));
}
