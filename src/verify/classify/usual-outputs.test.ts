import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';

const of = (text: string, tool: string, exitCode = 1) => classify({ text, exitCode, tool });

describe('V4: usual words of tools about themselves', () => {
  it.each([
    ['docker cli', 'docker: unknown command: docker compoze', 'config_error', 'docker compoze'],
    ['git', 'Patch is empty.\nWhen you have resolved this problem', 'malformed_patch', 'Patch is empty'],
    ['git', 'fatal: bad object HEAD', 'git_corrupt', 'bad object HEAD'],
    [
      'git',
      "Your configuration specifies to merge with the ref 'refs/heads/topic'\nfrom the remote, but no such ref was fetched.",
      'git_state',
      'topic',
    ],
    ['git', "error: Cannot delete branch 'main' checked out at '/w'", 'git_state', 'main'],
    ['git', 'fatal: There is no merge to abort (MERGE_HEAD missing).', 'git_state', 'no merge to abort'],
    [
      'jest',
      "Error: Can't find a root directory while resolving a config file path.\nProvided path to resolve: jest.e2e.js",
      'config_error',
      'jest.e2e.js',
    ],
    [
      'webpack',
      "[webpack-cli] ✖ Failed to load 'webpack.prod.js' config\n▶ ESM failed:\n  Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/w/webpack.prod.js' imported from /w/node_modules/webpack-cli/lib/webpack-cli.js",
      'config_error',
      'webpack.prod.js',
    ],
    ['gemini', 'Invalid auth method selected.', 'auth', 'Invalid auth method'],
    [
      'docker cli',
      'Cannot connect to the Docker daemon at tcp://10.0.0.4:2375. Is the docker daemon running?',
      'docker_unavailable',
      '10.0.0.4:2375',
    ],
    ['biome', 'Error: no such flag: `--nope`, did you mean `--only`?', 'config_error', '--nope'],
    ['oxlint', "Error: couldn't parse `nope`: 'nope' is not a known format", 'config_error', 'nope'],
    [
      'oxlint',
      'Failed to parse oxlint configuration file.\n\n  x Failed to parse config with error Error("Unknown plugin: \'nope\'.", line: 0, column: 0)',
      'config_error',
      'nope',
    ],
    [
      'oxlint',
      'No files found to lint. Please check your paths and ignore patterns.',
      'config_error',
      'No files found to lint',
    ],
    [
      'biome',
      'nope.js fs/cantRead ━━━━━━━━━━━━━━━\n\n  × Cannot read file.\n\n  × Some errors were emitted while running checks.',
      'file_not_found',
      'nope.js',
    ],
    [
      'biome',
      'format ━━━━━━━━━━━━━━━\n\n  × Some errors were emitted while running checks.',
      'format',
      'format',
    ],
    [
      'cspell',
      'Configuration Error: Failed to read config file: "/w/nope.json"',
      'config_error',
      '/w/nope.json',
    ],
    ['knip', 'ERROR: Unable to find nope.json or package.json#knip', 'config_error', 'nope.json'],
    ['pyright', 'File or directory "file:///w/nope.py" does not exist', 'file_not_found', '/w/nope.py'],
    [
      'ruff',
      'ruff failed\n  Cause: Failed to load configuration `/w/ruff.toml`\n  Cause: Failed to parse /w/ruff.toml\n  Cause: TOML parse error at line 1, column 1\n  |\n1 | nope = 1\n  | ^\nunknown field `nope`',
      'config_error',
      'nope',
    ],
    ['ruff', 'E902 No such file or directory (os error 2)\n--> nope.py:1:1\n', 'file_not_found', 'E902'],
    [
      'eslint',
      'There was a problem loading formatter: /w/node_modules/eslint/lib/cli-engine/formatters/nonsense.js\nError: Cannot find module',
      'config_error',
      'nonsense.js',
    ],
    [
      'dependency-cruiser',
      "  ERROR: Can't open config file 'nope.cjs' for reading. Does it exist?",
      'config_error',
      'nope.cjs',
    ],
    [
      'postcss',
      "Plugin Error: Cannot find package 'nope' imported from /w/x.js'",
      'missing_dependency',
      'nope',
    ],
    [
      'postcss',
      'Input Error: You must pass a valid list of files to parse',
      'config_error',
      'You must pass a valid list of files',
    ],
  ])('%s: %s', (tool, text, category, symbol) => {
    expect(of(text, tool)).toMatchObject({ category, symbol, transient: false });
  });

  it.each([
    'API Error: The socket connection was closed unexpectedly. For more information, pass `verbose: true`',
    'ERROR: Reconnecting... waiting for network\nERROR: Reconnecting... waiting for network',
  ])('an agent without its provider: %s', (text) => {
    expect(of(text, 'agent', 124)).toMatchObject({ category: 'network', transient: true });
  });

  it('git names the file that it would overwrite', () => {
    const text =
      'error: Your local changes to the following files would be overwritten by checkout:\n\tlib/a.ini\nPlease commit';
    expect(of(text, 'git')).toMatchObject({
      category: 'git_state',
      file: 'lib/a.ini',
      symbol: 'would be overwritten',
    });
  });

  it('a hook that refused is placed where its tools say', () => {
    const text =
      "lib/x.ts(3,5): error TS2322: Type 'string' is not assignable to type 'number'.\nerror: failed to push some refs to 'r.git'";
    expect(of(text, 'git')).toMatchObject({ category: 'git_hook_failed', file: 'lib/x.ts', line: 3 });
  });

  it('an error of Python’s library is placed in the repository, also where its class is in small letters', () => {
    const text =
      'Traceback (most recent call last):\n  File "/w/job.py", line 2, in <module>\n    connect()\n  File "/usr/lib/python3.11/socket.py", line 962, in getaddrinfo\n    for res in _socket.getaddrinfo(host):\nsocket.gaierror: [Errno -2] Name or service not known\n';
    expect(classify({ text, exitCode: 1, root: '/w' })).toMatchObject({
      category: 'network',
      file: 'job.py',
      line: 2,
      transient: true,
    });
  });
});
