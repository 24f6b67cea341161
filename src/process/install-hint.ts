/** Debian packages of programs whose package has another name. Anything else is installed under its own name. */
const DEBIAN_PACKAGES: Readonly<Record<string, string>> = {
  bwrap: 'bubblewrap',
  setpriv: 'util-linux',
  unshare: 'util-linux',
  npm: 'npm',
  python: 'python3',
  make: 'build-essential',
};

const OWN_INSTALLERS: Readonly<Record<string, string>> = {
  node: 'Install Node.js 24 or newer from https://nodejs.org, or with your version manager.',
  pnpm: 'Install it with: npm install --global pnpm',
  yarn: 'Install it with: npm install --global yarn',
  bun: 'Install it with: npm install --global bun',
  claude: 'Install it with: npm install --global @anthropic-ai/claude-code',
};

/** What a person can type to get a program that is missing. */
export function installHint(tool: string): string {
  const own = OWN_INSTALLERS[tool];
  if (own !== undefined) return own;
  if (tool.includes('/')) return `Check that ${tool} is there and executable.`;
  const name = DEBIAN_PACKAGES[tool] ?? tool;
  return `Install it (on Debian and Ubuntu: apt-get install ${name}), or add its folder to PATH.`;
}
