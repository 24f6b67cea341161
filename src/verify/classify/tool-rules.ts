import type { RuleTable } from './rule.ts';

/** A tool that could not begin because of its own configuration: nothing after it says anything about the code. */
export const setUpRules: RuleTable = {
  name: 'set-up',
  rules: [
    {
      category: 'missing_dependency',
      pattern:
        /(?:Cannot find package|Cannot find module) '(?<symbol>(?:@[\w.-]+\/)?[\w.-]+)'(?:[^\n]*imported from|[^\n]*\n?Require stack:\n- )\s*(?<file>\S*(?:config|\.eslintrc)[\w.]*)/,
    },
    {
      // The configuration itself is not there, where the rule above is for what it imports.
      category: 'config_error',
      pattern:
        /^\[webpack-cli\] (?:✖ )?Failed to load '(?<symbol>[^'\n]{1,200})' config\n(?:[^\n]*\n){0,3}?[^\n]{0,100}Cannot find module '[^'\n]{0,200}\k<symbol>'/m,
    },
    {
      category: 'missing_dependency',
      pattern: /^ConfigurationError: Could not find "(?<symbol>[^"]+)"/m,
    },
    {
      category: 'missing_dependency',
      pattern:
        /ESLint couldn't find the (?:plugin|config) "(?<symbol>[^"]+)"|Failed to load (?:plugin|config|parser) '?(?<symbol2>[^\s']+)'?[^\n]*Cannot find module/,
    },
    {
      category: 'config_error',
      pattern:
        /^(?:Error: )?(?<file>\S*eslint\S*)(?: » \S+)?:\n\s*Configuration for rule "(?<symbol>[^"]+)" is invalid|Configuration for rule "(?<symbol2>[^"]+)" is invalid|^ConfigError: Config [^\n]{0,200}?(?:Unexpected key|Key) "(?<symbol3>[^"]+)"/m,
    },
    {
      category: 'config_error',
      pattern:
        /^Cannot read config file: (?<symbol>\S+)|ESLint configuration in \S+(?: » \S+)? is invalid:(?:\n\s*- [^\n]*?"(?<symbol2>[^"\n]+)")?|Error while loading rule '(?<symbol3>[^']+)': You have used a rule which requires type information/m,
    },
    {
      category: 'config_error',
      pattern:
        /couldn't find an (?<symbol>eslint\.config)|(?<symbol7>No configuration) provided for|Could not find "(?<symbol2>[^"]+)" in plugin|Definition for rule '(?<symbol3>[^']+)' not found|Key "rules": Key "(?<symbol4>[^"]+)"|Invalid (?:option|configuration)(?! object)[^\n]*'?(?<symbol5>--[\w-]+)?|No files matching(?: the pattern:?)? ?["'](?<symbol8>[^"'\n]{1,200})["']|No files matching|all (?:of the )?files? matching[^\n]*ignored|All files matched by '(?<symbol9>[^'\n]{1,200})' are ignored|A config object is using the "(?<symbol6>[^"]+)" key/,
    },
  ],
};

/** What tools say in words of their own where no parser reads them. */
export const toolRules: RuleTable = {
  name: 'tool',
  rules: [
    {
      category: 'config_error',
      pattern:
        /(?<symbol>--[\w-]+)'? is not (?:a valid|recognized)|[Uu]nknown (?:option|argument|command|flag):? [`'"]?(?<symbol2>--?[\w:-]+)|Unrecognized (?:option|CLI Parameter|flag):? [`'"]?(?<symbol3>[\w-]+)|error: unknown command '(?<symbol4>[^']+)'|^\w{1,40}: unknown command: (?<symbol15>[^\n]{1,100})|bad option: (?<symbol5>\S+)|failed to load config from (?<symbol6>\S+)|Error: Invalid (?:project directory|configuration object)|^git: '(?<symbol7>[^']+)' is not a git command|Could not find task `(?<symbol8>[^`\s]+)`|Cannot find (?:configuration for task|project) (?<symbol9>\S+)|Unknown rule selector:? `(?<symbol10>[^`]+)`|When using [^\n]{1,80} requires (?<symbol11>--[\w-]+)|unrecognized arguments?: (?<symbol12>--?[\w-]+)|[Nn]o such (?:option|subcommand)s?:? [`'"]?(?<symbol13>[\w-]+)|unexpected argument '(?<symbol14>[^']+)'/m,
    },
    { category: 'config_error', pattern: /^Provided path to resolve: (?<symbol>\S+)$/m },
    {
      category: 'config_error',
      pattern:
        /^There was a problem loading formatter: [^\n]{0,300}?(?<symbol>[^\s/]{1,100})$|^ {0,8}ERROR: Can't open config file '(?<symbol2>[^'\n]{1,300})'|^Unknown CLI flags: (?<symbol3>[\w-]{1,60})|^Input Error: (?<symbol4>You must pass a valid list of files)/m,
    },
    {
      category: 'config_error',
      pattern:
        /^Error: no such flag: `(?<symbol>[^`\n]{1,100})`|^Error: couldn't parse `(?<symbol2>[^`\n]{1,100})`: |Failed to parse config with error Error\("[^"\n]{0,200}?'(?<symbol3>[^'\n]{1,100})'|^Configuration Error: Failed to read config file: "(?<symbol4>[^"\n]{1,300})"|^ERROR: Unable to find (?<symbol5>\S{1,200}) or package\.json#knip|^(?<symbol6>No files found to lint)\./m,
    },
    {
      category: 'config_error',
      pattern:
        /^ {2}Cause: Failed to parse (?<file>[^\s:]{1,300}\.toml)\n {2}Cause: TOML parse error at line (?<line>\d{1,9}),(?:[^\n]{0,300}\n){1,6}?(?:unknown field|invalid type:[^\n`]{0,60}|unknown variant) `(?<symbol>[^`\n]{1,100})`/m,
    },
    {
      category: 'file_not_found',
      pattern:
        /^(?<symbol>\S{1,300}) (?:fs\/cantRead|internalError\/(?:io|fs)) ━|^File or directory "(?:file:\/\/)?(?<symbol2>[^"\n]{1,300})" does not exist$/m,
    },
    {
      category: 'missing_dependency',
      pattern:
        /^Plugin Error: Cannot (?:find|load) (?:package|module|plugin) ['"](?<symbol>[^'"\n]{1,200})['"]/m,
    },
    { category: 'config_error', pattern: /^Specified config file (?<symbol>\S+) does not exist/m },
    {
      category: 'coverage_threshold',
      pattern:
        /coverage (?:threshold )?for (?<symbol>\w+) \([\d.]+%\) (?:does not meet|not met)|Coverage (?:failure|check failed)|FAIL Required test coverage/i,
    },
    {
      category: 'no_tests',
      pattern:
        /(?<symbol>No tests? (?:files? )?found|^Could not find '[^'\n]{1,300}'$|Your test suite must contain at least one test|Error: No test specified|no test files)/im,
    },
    {
      category: 'format',
      pattern:
        /^\[warn\] (?<file>\S+)$|(?<symbol>Code style issues|would reformat|Formatter would have printed)|^(?<symbol2>format) ━{10,200}\s{1,20}× Some errors were emitted/m,
    },
    {
      category: 'file_not_found',
      pattern:
        /ENOENT: no such file or directory, \w+ '(?<symbol>[^']+)'|(?<![\w./-])(?<symbol2>[\w./-]{1,300}): No such file or directory|FileNotFoundError[^\n]*'(?<symbol3>[^']+)'|Could not find (?:a )?file:? (?<symbol4>\S+)|^Specified input file [`'"]?(?<symbol5>[^\s`'"]+)[`'"]? does not exist/m,
    },
  ],
};
