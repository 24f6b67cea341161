import type { RuleTable } from './rule.ts';

const PYTHON_AT = String.raw`File "(?<file>[^"<]+)", line (?<line>\d+)[^\n]*\n(?:(?!\s*File ")[^\n]*\n){0,8}?`;

/** Languages besides JavaScript, for repositories that bring their own checks. */
export const languageRules: RuleTable = {
  name: 'language',
  rules: [
    {
      category: 'dependency_not_found',
      subcategory: 'pip',
      pattern: /No matching distribution found for (?<symbol>[A-Za-z0-9._-]{1,100})/,
    },
    {
      category: 'dependency_conflict',
      subcategory: 'pip',
      pattern:
        /Cannot install [^\n]{0,80}?(?<symbol>[A-Za-z0-9._-]{1,100})==[^\n]{0,200}conflicting dependencies|(?<symbol2>ResolutionImpossible)/,
    },
    {
      category: 'syntax_error',
      pattern: new RegExp(`${PYTHON_AT}(?<symbol>IndentationError|TabError|SyntaxError): `),
    },
    {
      category: 'missing_export',
      pattern:
        /(?:^(?<file>(?!\/usr\/)[^\s:]+\.py):(?<line>\d+): in [\s\S]{0,400})?ImportError: cannot import name '(?<symbol>[^']+)'/m,
    },
    {
      category: 'missing_dependency',
      pattern: new RegExp(`(?:${PYTHON_AT})?ModuleNotFoundError: No module named '(?<symbol>[^']+)'`),
    },
    {
      category: 'undefined_symbol',
      pattern: new RegExp(`(?:${PYTHON_AT})?NameError: name '(?<symbol>[^']+)' is not defined`),
    },
    {
      category: 'missing_tool',
      pattern:
        /subprocess\.py", line \d+(?:(?!Traceback)[\s\S]){0,2000}?FileNotFoundError: [^\n]{0,100}'(?<symbol>[^'\n]{1,200})'/,
    },
    { category: 'no_tests', pattern: /(?<symbol>no tests ran|collected 0 items(?! \/))/ },
    {
      category: 'test_failure',
      pattern:
        /^(?<file>[^\s:]+\.py):(?<line>\d+): (?:AssertionError|assert|Failed|\w+Error)[\s\S]*?^FAILED [^\s:]+::(?<symbol>[\w:[\]-]+)/m,
    },
    { category: 'test_failure', pattern: /^FAILED (?<file>[^\s:]+)::(?<symbol>\S+)/m },
    {
      category: 'missing_dependency',
      pattern:
        /^(?<file>[^\s:]+\.pyi?):(?<line>\d+): error: (?:Cannot find implementation or library stub for module named|Library stubs not installed for) "(?<symbol>[^"]+)"/m,
    },
    {
      category: 'missing_export',
      pattern:
        /^(?<file>[^\s:]+\.pyi?):(?<line>\d+): error: Module "[^"]+" has no attribute "(?<symbol>[^"]+)"/m,
    },
    {
      category: 'undefined_symbol',
      pattern: /^(?<file>[^\s:]+\.pyi?):(?<line>\d+): error: Name "(?<symbol>[^"]+)" is not defined/m,
    },
    {
      category: 'type_error',
      pattern: /^(?<file>[^\s:]+\.pyi?):(?<line>\d+): error: [^\n]*\[(?<symbol>[\w-]+)\]$/m,
    },
    {
      category: 'undefined_symbol',
      pattern: /^(?<file>[^\s:]+\.pyi?):(?<line>\d+):\d+: F821 [^\n]*?[`'"](?<symbol>\w+)/m,
    },
    { category: 'lint', pattern: /^(?<file>[^\s:]+\.pyi?):(?<line>\d+):\d+: (?<symbol>[A-Z]{1,4}\d{3,4}) /m },
    {
      category: 'undefined_symbol',
      subcategory: 'linker',
      pattern:
        /undefined reference to [`'‘](?<symbol>[^'’]+)|Undefined symbols for architecture|undefined symbol: (?<symbol2>\S+)/,
    },
    {
      category: 'undefined_symbol',
      pattern:
        /^(?<file>\S+\.java):(?<line>\d+): error: cannot find symbol[\s\S]{0,300}?symbol:\s+(?:variable|class|method) (?<symbol>[\w$]+)/m,
    },
    {
      category: 'missing_dependency',
      pattern: /^(?<file>\S+\.java):(?<line>\d+): error: package (?<symbol>\S+) does not exist/m,
    },
    {
      category: 'type_error',
      pattern:
        /^(?<file>\S+\.java):(?<line>\d+): error: (?<symbol>incompatible types|method \S+ in class|no suitable \w+|incomparable types|constructor \S+)/m,
    },
    {
      category: 'syntax_error',
      pattern:
        /^(?<file>\S+\.java):(?<line>\d+): error: (?<symbol>'?\S+ expected|illegal start of \w+|reached end of file while parsing|unclosed [\w ]+|not a statement)/m,
    },
    { category: 'build_error', pattern: /^(?<file>\S+\.java):(?<line>\d+): error: (?<symbol>[^\n]+)/m },
    {
      category: 'import_resolution',
      pattern:
        /^(?<file>[^\s:]+\.(?:c|cc|cpp|h|hpp)):(?<line>\d+):\d+: fatal error: (?<symbol>[^:\n]+): No such file/m,
    },
    {
      category: 'undefined_symbol',
      pattern:
        /^(?<file>[^\s:]+\.(?:c|cc|cpp|h|hpp)):(?<line>\d+):\d+: (?:error|warning): (?:implicit declaration of function )?[`'‘](?<symbol>\w+)['’] (?:undeclared|was not declared)/m,
    },
    {
      category: 'undefined_symbol',
      pattern:
        /^(?<file>[^\s:]+\.(?:c|cc|cpp|h|hpp)):(?<line>\d+):\d+: error: (?:implicit declaration of function|unknown type name|use of undeclared identifier) [`'‘](?<symbol>\w+)/m,
    },
    {
      category: 'syntax_error',
      pattern: /^(?<file>[^\s:]+\.(?:c|cc|cpp|h|hpp)):(?<line>\d+):\d+: error: (?<symbol>expected [^\n]+)/m,
    },
    {
      category: 'type_error',
      pattern: /^(?<file>[^\s:]+\.(?:c|cc|cpp|h|hpp)):(?<line>\d+):\d+: error: (?<symbol>[^\n]+)/m,
    },
    {
      category: 'missing_dependency',
      pattern:
        /(?:^(?<file>\S+\.go):(?<line>\d+):\d+: )?no required module provides package (?<symbol>[^\s;]+)|cannot find package "(?<symbol2>[^"]+)"/m,
    },
    {
      category: 'undefined_symbol',
      pattern:
        /^(?:vet: )?(?:\.\/)?(?<file>\S+\.go):(?<line>\d+):\d+: (?:undefined|undeclared name): (?<symbol>\S+)/m,
    },
    {
      category: 'syntax_error',
      pattern: /^(?<file>\S+\.go):(?<line>\d+):\d+: (?<symbol>syntax error|expected [^\n]+)/m,
    },
    {
      category: 'type_error',
      pattern: /^(?:vet: )?(?<file>\S+\.go):(?<line>\d+):\d+: (?<symbol>cannot use|[^\n]{3,100})/m,
    },
    {
      category: 'test_failure',
      pattern: /--- FAIL: (?<symbol>\S+)[^\n]*(?:\n\s+(?<file>\S+_test\.go):(?<line>\d+):)?/,
    },
    {
      category: 'undefined_symbol',
      pattern:
        /^error\[E04(?:05|12|25|33)\]: cannot find [^\n`]*`(?<symbol>[^`]+)`[^\n]*\n\s*--> (?<file>[^\s:]+):(?<line>\d+)/m,
    },
    {
      category: 'import_resolution',
      pattern: /^error\[E043[23]\]: [^\n]*`(?<symbol>[^`]+)`\n\s*--> (?<file>[^\s:]+):(?<line>\d+)/m,
    },
    {
      category: 'type_error',
      pattern: /^error\[(?<symbol>E\d{4})\]: [^\n]*\n\s*--> (?<file>[^\s:]+):(?<line>\d+)/m,
    },
    {
      category: 'syntax_error',
      pattern:
        /^error: (?<symbol>expected [^\n]+|unexpected [^\n]+|unclosed [^\n]+|mismatched [^\n]+)\n\s*--> (?<file>[^\s:]+):(?<line>\d+)/m,
    },
    {
      category: 'syntax_error',
      subcategory: 'makefile',
      pattern: /^(?<file>[^\s:]{1,200}):(?<line>\d+): \*\*\* (?<symbol>missing separator|[^\n]{3,80})/m,
    },
    {
      category: 'missing_tool',
      pattern:
        /^make(?:\[\d+\])?: (?<symbol>[^\s:*]{1,200}): (?:No such file or directory|Command not found)$/m,
    },
    {
      category: 'missing_tool',
      pattern:
        /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?(?<symbol>[\w.+-]{1,200}): (?:command )?not found$/m,
    },
    {
      category: 'config_error',
      pattern: /^make(?:\[\d+\])?: \*\*\* No rule to make target [`'](?<symbol>[^']+)/m,
    },
    {
      category: 'build_error',
      pattern: /^make(?:\[\d+\])?: \*\*\* \[(?:(?<file>[^\s:\]]+):(?<line>\d+): )?(?<symbol>[^\]\n]+)\]/m,
    },
  ],
};

/** Any uncaught error of Python: its place where a signature has none, and the answer where nothing else is. */
export const tracebackRules: RuleTable = {
  name: 'python',
  rules: [
    {
      category: 'runtime_error',
      pattern: new RegExp(
        `Traceback \\(most recent call last\\):\\n(?:(?![ \\t]{0,40}Traceback \\(most)[^\\n]*\\n){0,2000}?[ \\t]{0,40}${PYTHON_AT}(?<symbol>\\w+(?:\\.\\w+)*(?:[Ee]rror|Exception|Interrupt|\\.timeout))\\b`,
      ),
    },
  ],
};
