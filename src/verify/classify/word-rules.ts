import type { RuleTable } from './rule.ts';

/** What compilers, databases and browsers say of themselves in words that are nobody else's. They decide before the lines of whoever called them. */
export const wordRules: RuleTable = {
  name: 'words',
  rules: [
    {
      category: 'file_not_found',
      pattern:
        /^(?:\S{0,100}-)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+): (?:fatal )?error: (?:no such file or directory: '(?<symbol>[^'\n]{1,300})'|(?<symbol2>[^\s:]{1,300}): No such file or directory)|^error: file not found: (?<symbol3>\S{1,300})/m,
    },
    {
      category: 'engine_mismatch',
      pattern:
        /\berror: (?:release version (?<symbol>[\d.]{1,10}) not supported|invalid (?:target|source) release: (?<symbol2>[\d.]{1,10}))/,
    },
    {
      category: 'config_error',
      pattern:
        /No targets specified and no (?<symbol>makefile) found|Could not find (?<symbol2>Prisma Schema)|(?<symbol3>@prisma\/client) did not initialize yet|could not locate the (?<symbol4>Query Engine)|Playwright Test did not expect (?<symbol5>[\w.]{1,40})\(\) to be called here|^Error: Project\(s\) "(?<symbol6>[^"\n]{1,100})" not found/m,
    },
    {
      category: 'config_error',
      subcategory: 'schema',
      pattern:
        /Error code: (?<symbol>P10\d\d)(?:[\s\S]{0,1500}?-->\s{1,10}(?<file>[^\s:]{1,200}):(?<line>\d{1,6}))?/,
    },
    {
      category: 'missing_tool',
      pattern:
        /error while loading shared libraries: (?<symbol>[^\s:]{1,100})|(?<symbol2>Host system is missing dependencies to run browsers)|Looks like Playwright\b[^\n]{0,60} was just installed|run the following command to download new (?<symbol3>browsers)/,
      symbol: 'browsers',
    },
    {
      category: 'database',
      pattern:
        /(?<symbol>unable to open database(?: file)?|attempt to write a readonly database|(?:UNIQUE|NOT NULL|CHECK) constraint failed: [\w.]{1,100}|FOREIGN KEY constraint failed|file is not a database|database disk image is malformed)/,
    },
    {
      category: 'missing_dependency',
      pattern: /^\w{0,40}Error: Could not find "(?<symbol>[^"\n]{1,200})"\. Do you need to install/m,
    },
    {
      category: 'syntax_error',
      pattern:
        /\[(?:plugin:? )?vite-plugin-svelte(?::[\w-]{1,40})?\] (?<file>[^\s:]{1,300}\.svelte):(?<line>\d{1,6}):\d{1,6} (?<symbol>[^\n]{1,100})/,
    },
    {
      category: 'config_error',
      pattern:
        /^[\w./-]{1,100}: (?:error: )?(?:invalid|unrecognized) option (?:-- )?'(?<symbol>[^'\n]{1,60})'/m,
    },
    {
      category: 'missing_dependency',
      pattern:
        /Cannot find package '(?<symbol>(?:@[\w.-]{1,100}\/)?[\w.-]{1,100})' imported from|^\s*Error: Jest: '(?<symbol2>[^'\n]{1,100})' is required for the TypeScript configuration/m,
    },
    {
      category: 'import_resolution',
      pattern: /Failed to load url (?<symbol>[^\s(]{1,300}) \(resolved id: /,
    },
    {
      category: 'file_not_found',
      pattern:
        /can't (?:open|read) file '(?:[^'\n/]{0,100}\/){0,20}(?<symbol>[^'\n/]{1,200})': (?:\[Errno 2\] )?No such file|^ERROR: file or directory not found: (?<symbol2>\S{1,300})/m,
    },
    {
      category: 'lint',
      pattern: /(?<symbol>ESLint found too many warnings)/,
    },
    {
      category: 'permission',
      pattern: /(?<symbol>--dangerously-skip-permissions) cannot be used with root/,
    },
    {
      category: 'config_error',
      pattern:
        /(?<symbol>Input must be provided) either through stdin|(?<symbol2>Invalid MCP configuration)|(?<symbol3>No prompt provided)\b|^Error loading (?<symbol4>config\.toml)|^(?<symbol5>Failed to parse configuration file)|ESLint: (?<symbol6>Invalid Options)|^error: (?<symbol7>externally-managed-environment)/m,
    },
    {
      category: 'build_error',
      subcategory: 'install_script',
      pattern:
        /^npm (?:error|ERR!) path \S{0,300}node_modules\/(?<symbol>(?:@[\w.-]{1,100}\/)?[\w.-]{1,100})\nnpm (?:error|ERR!) command failed/m,
    },
    {
      category: 'malformed_patch',
      pattern:
        /(?<symbol>(?:String to replace|old_?string|SEARCH (?:block|text)) (?:was )?not found)|(?<symbol2>Failed to find (?:expected lines|context)[^\n]{0,60}?) in (?<file>[^\s:]{1,300})|(?<symbol3>apply_patch verification failed|Invalid patch(?: hunk)?)\b/i,
    },
    {
      category: 'malformed_tool_call',
      pattern:
        /No such tool available: (?<symbol>\w{1,100})|InputValidationError: (?<symbol2>\w{1,100}) failed|(?<symbol3>File has not been read yet)/,
    },
    {
      category: 'invalid_request',
      pattern: /(?<symbol>Streaming is (?:strongly )?(?:required|recommended)) for operations/,
    },
    {
      category: 'config_error',
      pattern:
        /^error: (?:option '(?<symbol>--?[\w-]{1,60})[^'\n]{0,60}' argument missing|missing required argument '(?<symbol2>[^'\n]{1,60})'|(?<symbol3>too many arguments))|(?<symbol4>Settings file not found)|MCP tool (?<symbol5>[\w:-]{1,100}) [^\n]{0,80}not found\. Available MCP tools/m,
    },
  ],
};
