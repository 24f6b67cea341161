import { expect, it } from 'vitest';
import { classify } from './classify.ts';

const rows: readonly (readonly [tool: string, text: string, category: string, symbol: string])[] = [
  [
    'gcc',
    'gcc: error: b.c: No such file or directory\ngcc: fatal error: no input files\nmake: *** [Makefile:2: app] Error 1',
    'file_not_found',
    'b.c',
  ],
  [
    'javac',
    'error: file not found: Nope.java\nUsage: javac <options> <source files>',
    'file_not_found',
    'Nope.java',
  ],
  ['javac', 'error: release version 25 not supported', 'engine_mismatch', '25'],
  ['make', 'make: *** No targets specified and no makefile found.  Stop.', 'config_error', 'makefile'],
  [
    'prisma',
    'Error: Could not find Prisma Schema that is required for this command.',
    'config_error',
    'Prisma Schema',
  ],
  [
    'playwright',
    'Error: Project(s) "webkit" not found. Available projects: "chromium"',
    'config_error',
    'webkit',
  ],
  [
    'playwright',
    '║ Looks like Playwright Test or Playwright was just installed or updated. ║\n║ Please run the following command to download new browsers:              ║',
    'missing_tool',
    'browsers',
  ],
  [
    'chrome',
    'chrome: error while loading shared libraries: libnss3.so: cannot open shared object file',
    'missing_tool',
    'libnss3.so',
  ],
  [
    'sqlite',
    'Runtime error near line 2: UNIQUE constraint failed: t.a (19)',
    'database',
    'UNIQUE constraint failed: t.a',
  ],
  [
    'sqlite',
    'Error: unable to open database "/nope/a.db": unable to open database file',
    'database',
    'unable to open database',
  ],
  [
    'stylelint',
    'Error: Could not find "stylelint-config-standard". Do you need to install the package?',
    'missing_dependency',
    'stylelint-config-standard',
  ],
  ['psql', "psql: error: invalid option -- 'z'", 'config_error', 'z'],
  [
    'gemini',
    '[API Error: You have exhausted your daily quota on this model.]',
    'quota_exhausted',
    'exhausted your daily quota',
  ],
  [
    'vitest',
    "Error: Cannot find package 'jsdom' imported from /workspace/app/node_modules/vitest/dist/a.js",
    'missing_dependency',
    'jsdom',
  ],
  [
    'vitest',
    'Error: Failed to load url ./setup.ts (resolved id: ./setup.ts). Does the file exist?',
    'import_resolution',
    './setup.ts',
  ],
  [
    'python',
    "python: can't open file '/workspace/app/nope.py': [Errno 2] No such file or directory",
    'file_not_found',
    'nope.py',
  ],
  ['mypy', "mypy: can't read file 'nope.py': No such file or directory", 'file_not_found', 'nope.py'],
  ['eslint', 'ESLint found too many warnings (maximum: 0).', 'lint', 'ESLint found too many warnings'],
  [
    'eslint',
    "Oops! Something went wrong! :(\n\nAll files matched by 'src' are ignored.",
    'config_error',
    'src',
  ],
  [
    'claude-code',
    'Error: Input must be provided either through stdin or as a prompt argument when using --print',
    'config_error',
    'Input must be provided',
  ],
  [
    'codex-cli',
    'Error loading config.toml: invalid type: string "x", expected u64',
    'config_error',
    'config.toml',
  ],
  [
    'npm',
    'npm error code 1\nnpm error path /workspace/app/node_modules/bcrypt\nnpm error command failed\nnpm error command sh -c node-gyp rebuild',
    'build_error',
    'bcrypt',
  ],
  [
    'agent loop',
    '<tool_use_error>String to replace not found in file.\nString: foo</tool_use_error>',
    'malformed_patch',
    'String to replace not found',
  ],
  [
    'agent loop',
    'apply_patch verification failed: Failed to find expected lines in src/a.ts:\n  x',
    'malformed_patch',
    'apply_patch verification failed',
  ],
  ['agent loop', 'error: No such tool available: foo', 'malformed_tool_call', 'foo'],
  [
    'agent loop',
    'tool_call edit_file: {"path": "a.ts", "old":\n\nUnexpected end of JSON input',
    'malformed_tool_call',
    'edit_file',
  ],
  [
    'openai sdk',
    'LengthFinishReasonError: Could not parse response content as the length limit was reached',
    'output_limit',
    'LengthFinishReasonError',
  ],
  ['claude-code', "error: option '--max-turns <turns>' argument missing", 'config_error', '--max-turns'],
];

it.each(rows)('V4: words that are nobody else’s: %s: %s', (tool, text, category, symbol) => {
  expect(classify({ text, exitCode: 1, tool })).toMatchObject({ category, symbol, transient: false });
});

it('V4: a database that is not there, or not yet, may be there later', () => {
  const socket =
    'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally?';
  const slow = 'psql: error: connection to server at "10.0.0.1", port 5432 failed: timeout expired';
  for (const text of [socket, slow])
    expect(classify({ text, exitCode: 2, tool: 'psql' })).toMatchObject({
      category: 'network',
      transient: true,
    });
});

it('V4: a place is taken along where the words have one', () => {
  const schema =
    'Error: Prisma schema validation - (validate wasm)\nError code: P1012\nerror: Error validating field `a`.\n  -->  prisma/schema.prisma:14\n   |';
  expect(classify({ text: schema, exitCode: 1 })).toMatchObject({
    category: 'config_error',
    file: 'prisma/schema.prisma',
    line: 14,
    symbol: 'P1012',
  });
  const svelte =
    '[vite-plugin-svelte] src/App.svelte:3:2 Expected token >\nhttps://svelte.dev/e/expected_token';
  expect(classify({ text: svelte, exitCode: 1 })).toMatchObject({
    category: 'syntax_error',
    file: 'src/App.svelte',
    line: 3,
  });
});
