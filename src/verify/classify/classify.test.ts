import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';

const of = (text: string, exitCode: number | null = 1, tool?: string) =>
  classify({ text, exitCode, ...(tool === undefined ? {} : { tool }) });

describe('V4: a failure without a known tool', () => {
  it.each([
    ['', 124, 'timeout', true],
    ['', 137, 'process_killed', true],
    ['', -9, 'process_killed', true],
    ['', 139, 'crash', false],
    ['', -6, 'crash', false],
    ['', 127, 'missing_tool', false],
    ['', 0, 'none', false],
  ])('is told by its exit code: %j %i → %s', (text, exitCode, category, transient) => {
    expect(of(text, exitCode)).toMatchObject({ category, transient });
  });

  it.each([
    ['sh: 1: tsc: not found', 'missing_tool', 'tsc'],
    ['Error: listen EADDRINUSE: address already in use :::3000', 'port_in_use', '3000'],
    [
      "Error: ENOSPC: System limit for number of file watchers reached, watch '/app'",
      'resource_limit',
      'file watchers',
    ],
    [
      'write /app/x: no space left on device\nNo space left on device',
      'disk_full',
      'No space left on device',
    ],
    [
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      'out_of_memory',
      'heap',
    ],
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'docker_unavailable',
      'docker.sock',
    ],
    ['Error: getaddrinfo ENOTFOUND registry.example.test', 'network', 'registry.example.test'],
    ['ERROR:  deadlock detected', 'database', 'deadlock detected'],
    [
      'Traceback (most recent call last):\n  File "/w/m.py", line 3, in <module>\n    f()\nValueError: no',
      'runtime_error',
      'ValueError',
    ],
    ['./main.go:5:2: undefined: helper', 'undefined_symbol', 'helper'],
    ['error[E0425]: cannot find value `x` in this scope\n --> src/main.rs:3:5', 'undefined_symbol', 'x'],
  ])('is told by its words: %s', (text, category, symbol) => {
    const found = of(text);
    expect(found.category).toBe(category);
    expect(found.symbol).toBe(symbol);
  });
});

describe('V4: git', () => {
  it.each([
    [
      'CONFLICT (content): Merge conflict in src/a.ts\nAutomatic merge failed; fix conflicts',
      'git_conflict',
      'src/a.ts',
    ],
    [
      ' ! [rejected]        main -> main (non-fast-forward)\nerror: failed to push some refs',
      'git_push_rejected',
      null,
    ],
    ["fatal: Unable to create '/w/.git/index.lock': File exists.", 'git_lock', null],
    ["error: pathspec 'nope' did not match any file(s) known to git", 'git_state', null],
    [
      'remote: error: GH013: Repository rule violations\nremote: - Push cannot contain secrets',
      'secret_detected',
      null,
    ],
    ['nothing to commit, working tree clean', 'no_changes', null],
  ])('is read by its words: %s', (text, category, file) => {
    expect(of(text, 1, 'git')).toMatchObject({ category, file });
  });
});

describe('V4: model providers and agents', () => {
  it('sees through a 429 that no waiting mends', () => {
    const text =
      'RateLimitError: 429 {"error":{"type":"insufficient_quota","message":"You exceeded your current quota"}}';
    expect(of(text, 1, 'openai sdk')).toMatchObject({ category: 'quota_exhausted', transient: false });
  });

  it('reads the end of an agent’s stream, where "success" may be an error', () => {
    const event = {
      type: 'result',
      subtype: 'success',
      is_error: true,
      result: 'API Error: 529 {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
    };
    expect(of(JSON.stringify(event))).toMatchObject({ category: 'overloaded', transient: true });
    expect(
      of(JSON.stringify({ ...event, is_error: false, result: 'done, all errors fixed' }), 0).category,
    ).toBe('none');
  });

  it.each([
    ['API Error: 401 {"error":{"message":"invalid x-api-key"}}', 'auth', false],
    [
      'BadRequestError: 400 {"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 3 tokens > 2"}}',
      'context_length',
      false,
    ],
    [
      'NotFoundError: 404 {"type":"error","error":{"message":"model: claude-nope-1"}}',
      'model_not_found',
      false,
    ],
    [
      'InternalServerError: 500 {"type":"error","error":{"type":"api_error","message":"Internal server error"}}',
      'server_error',
      true,
    ],
  ])('knows %s', (text, category, transient) => {
    expect(of(text, 1, 'agent')).toMatchObject({ category, transient });
  });
});

describe('what must not fool it', () => {
  it('a success full of error words is no failure', () => {
    expect(of('✓ reports FAIL lines\nerror TS2305: Module has no exported member', 0).category).toBe('none');
  });

  it('a missing export that a test runner turns into "is not a function" is one', () => {
    const text =
      ' RUN  v4.1.0 /w\n\n FAIL  a.test.ts > greets\nTypeError: (0 , __vite_ssr_import_1__.greet) is not a function\n ❯ a.test.ts:4:10\n';
    expect(of(text)).toMatchObject({
      category: 'missing_export',
      symbol: 'greet',
      file: 'a.test.ts',
      line: 4,
    });
  });

  it('an import fault that a linter reports is one', () => {
    const text =
      "\n/w/src/a.js\n  1:16  error  close not found in './b.js'  import-x/named\n  2:8  error  Unable to resolve path to module './c.js'  import/no-unresolved\n";
    expect(of(text)).toMatchObject({ category: 'missing_export', symbol: 'close', line: 1 });
    expect(of(text.replace(/ {2}1:16.*\n/, ''))).toMatchObject({
      category: 'import_resolution',
      symbol: './c.js',
      line: 2,
    });
  });

  it('escapes, wrapping and boxes do not hide the signature', () => {
    const boxed =
      "│ \u001b[31msrc/a.ts\u001b[39m(3,5): error TS2322: Type 'string' is not assignable to type 'number'. │";
    expect(of(boxed)).toMatchObject({ category: 'type_error', file: 'src/a.ts', line: 3 });
  });

  it('text of any kind gives an answer', () => {
    for (const text of [
      '\0\0\0',
      '{"type":"result"',
      '🤷',
      'a'.repeat(100_000),
      '(((((['.repeat(20_000),
      'CONFLICT (a): b\n'.repeat(50_000),
      'File "a", line 1\n'.repeat(50_000),
    ]) {
      expect(of(text).hint).not.toBe('');
    }
  });
});

describe('V4: words of tools that no parser reads', () => {
  it.each([
    [
      'Error: .eslintrc.json:\n\tConfiguration for rule "no-console" is invalid:\n\tSeverity should be',
      'eslint 8',
      'config_error',
      'no-console',
    ],
    ['ConfigError: Config (unnamed): Unexpected key "ignore" found.', 'eslint 9', 'config_error', 'ignore'],
    ['No files matching the pattern "lib" were found.', 'eslint 9', 'config_error', 'lib'],
    ['Specified config file /w/tw.config.js does not exist.', 'tailwindcss', 'config_error', 'tw.config.js'],
    ['Specified input file `./app.css` does not exist.', 'tailwindcss', 'file_not_found', 'app.css'],
    ['Missing required environment variable: SMTP_HOST', 'node', 'missing_env_var', 'SMTP_HOST'],
    [
      'Please set an Auth method in your settings.json or specify: GEMINI_API_KEY, X',
      'gemini',
      'auth',
      'GEMINI_API_KEY',
    ],
    [
      'tool_call apply_patch: invalid arguments: Expected property name',
      'agent loop',
      'malformed_tool_call',
      'apply_patch',
    ],
    [
      'running tests\n2 failing\nerror: failed to push some refs',
      'git push',
      'git_hook_failed',
      'failed to push',
    ],
    ['error: gone.ts: No such file or directory', 'git apply', 'git_conflict', 'No such file'],
    [
      'Error: ESLint configuration in .eslintrc.json is invalid:\n\t- Unexpected top-level property "rulez".',
      'eslint 8',
      'config_error',
      'rulez',
    ],
    ['Cannot read config file: /w/.eslintrc.json\nError: x', 'eslint 8', 'config_error', '.eslintrc.json'],
    [
      'make: frobtool: No such file or directory\nmake: *** [all] Error 127',
      'make',
      'missing_tool',
      'frobtool',
    ],
    ["error: switch `m' requires a value", 'git commit', 'config_error', 'm'],
    ['tool_call run_it: unknown tool', 'agent loop', 'malformed_tool_call', 'run_it'],
    ['# app\nvet: ./main.go:6:14: undeclared name: gone', 'go vet', 'undefined_symbol', 'gone'],
  ])('%j', (text, tool, category, symbol) => {
    expect(of(text, 1, tool)).toMatchObject({ category, symbol: expect.stringContaining(symbol) });
  });

  it('a script is the place of a program it cannot find', () => {
    expect(of('run.sh: line 2: yqq: command not found', 127)).toMatchObject({
      category: 'missing_tool',
      file: 'run.sh',
      line: 2,
      symbol: 'yqq',
    });
  });

  it('an exception of a database driver is the database’s, at the line of its statement', () => {
    const text =
      'Traceback (most recent call last):\n  File "/w/l.py", line 5, in <module>\n    c.execute("x")\nsqlite3.IntegrityError: UNIQUE constraint failed: t.a';
    expect(of(text)).toMatchObject({
      category: 'database',
      line: 5,
      symbol: 'UNIQUE constraint failed: t.a',
    });
  });

  it('a port that is never allowed is not worth another try', () => {
    const text =
      'TypeError: fetch failed\n    at async file:///w/o.mjs:1:11 {\n  [cause]: Error: bad port\n}\n\nNode.js v20.20.2';
    expect(of(text)).toMatchObject({ category: 'network', subcategory: 'bad_port', transient: false });
  });

  it('what a library of Python threw is placed where the repository called it', () => {
    const text =
      'Traceback (most recent call last):\n  File "/w/m.py", line 2, in <module>\n    json.loads("x")\n  File "/usr/lib/python3.11/json/decoder.py", line 353, in raw_decode\n    obj\njson.decoder.JSONDecodeError: Expecting';
    expect(of(text)).toMatchObject({ category: 'runtime_error', file: '/w/m.py', line: 2 });
  });

  it('a program that Python cannot start is missing, not a file', () => {
    const text =
      'Traceback (most recent call last):\n  File "/w/m.py", line 2, in <module>\n    run()\n  File "/usr/lib/python3.11/subprocess.py", line 1950, in _execute_child\n    raise\nFileNotFoundError: [Errno 2] No such file or directory: \'frobtool\'';
    expect(of(text)).toMatchObject({ category: 'missing_tool', symbol: 'frobtool', file: '/w/m.py' });
  });

  it('git that fails without a word of its own ran a hook; another tool did not', () => {
    expect(of('lint: 3 problems', 1, 'git commit').category).toBe('git_hook_failed');
    expect(of('lint: 3 problems', 1, 'make').category).toBe('runtime_error');
  });

  it('a request beyond the allowance of a minute passes at no time', () => {
    const text =
      'RateLimitError: 429 Request too large for gpt-x on tokens per min (TPM): Limit 1, Requested 2.';
    expect(of(text, 1, 'openai sdk')).toMatchObject({ category: 'rate_limit', transient: false });
  });
});
