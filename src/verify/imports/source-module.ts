import { type ParserOptions, parseSync } from 'oxc-parser';

/** One `import`, `export … from`, `import()` or `require()` of a file. */
export interface ImportUse {
  readonly specifier: string;
  readonly line: number;
  readonly kind: 'static' | 'dynamic' | 'require';
  /** Disappears when types are removed. */
  readonly isTypeOnly: boolean;
  /** Names taken from the module; `default` is one of them. Empty for a namespace or for its effects. */
  readonly names: readonly string[];
}

export interface SourceModule {
  readonly imports: readonly ImportUse[];
  /** null: not an ECMAScript module, or exports in ways that cannot be listed. */
  readonly exports: { readonly names: ReadonlySet<string>; readonly allFrom: readonly string[] } | null;
  readonly syntaxError: { readonly message: string; readonly line: number } | null;
}

type Parsed = ReturnType<typeof parseSync>;

/** What a JavaScript or TypeScript file imports and exports, read from its syntax alone. */
export function readSourceModule(file: string, text: string): SourceModule {
  const parsed = parse(file, text);
  const lineOf = lineFinder(text);
  const [error] = parsed.errors;
  if (error) {
    const line = lineOf(error.labels[0]?.start ?? 0);
    return {
      imports: [],
      exports: null,
      syntaxError: isFlow(text) ? null : { message: error.message, line },
    };
  }
  return {
    imports: [
      ...staticImports(parsed, lineOf),
      ...dynamicImports(parsed, text, lineOf),
      ...requires(parsed, lineOf),
    ],
    exports: exportsOf(parsed, text),
    syntaxError: null,
  };
}

/** `.js` files may hold JSX, or be scripts: only what no reading accepts is a syntax error. */
function parse(file: string, text: string): Parsed {
  const first = parseSync(file, text);
  if (first.errors.length === 0 || !/\.[cm]?jsx?$/.test(file)) return first;
  const others: ParserOptions[] = [
    { lang: 'jsx' },
    { lang: 'jsx', sourceType: 'script' },
    { lang: 'jsx', sourceType: 'commonjs' },
  ];
  for (const options of others) {
    const again = parseSync(file, text, options);
    if (again.errors.length === 0) return again;
  }
  return first;
}

function isFlow(text: string): boolean {
  return /@flow\b|\bimport typeof\b|^import type /m.test(text.slice(0, 5_000));
}

type LineOf = (offset: number) => number;

function lineFinder(text: string): LineOf {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const next = starts.findIndex((start) => start > offset);
    return next < 0 ? starts.length : next;
  };
}

function staticImports({ module }: Parsed, lineOf: LineOf): ImportUse[] {
  const imports = module.staticImports.map(({ moduleRequest, entries, start }) => ({
    specifier: moduleRequest.value,
    line: lineOf(start),
    kind: 'static' as const,
    isTypeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
    names: entries.flatMap(({ importName }) => {
      if (importName.kind === 'Default') return ['default'];
      return importName.kind === 'Name' && importName.name ? [importName.name] : [];
    }),
  }));
  const reexports = module.staticExports.flatMap(({ entries, start }) =>
    entries.flatMap(({ moduleRequest, importName, isType }) =>
      moduleRequest
        ? [
            {
              specifier: moduleRequest.value,
              line: lineOf(start),
              kind: 'static' as const,
              isTypeOnly: isType,
              names: importName.kind === 'Name' && importName.name ? [importName.name] : [],
            },
          ]
        : [],
    ),
  );
  return [...imports, ...reexports];
}

function dynamicImports({ module }: Parsed, text: string, lineOf: LineOf): ImportUse[] {
  return module.dynamicImports.flatMap(({ moduleRequest, start }) => {
    const literal = /^(['"])([^'"\\]*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end));
    if (!literal?.[2]) return [];
    return [
      { specifier: literal[2], line: lineOf(start), kind: 'dynamic' as const, isTypeOnly: false, names: [] },
    ];
  });
}

/** `require('…')` of scripts, those in a `try` left out: they are allowed to fail. */
function requires(parsed: Parsed, lineOf: LineOf): ImportUse[] {
  if (parsed.module.hasModuleSyntax) return [];
  const found: ImportUse[] = [];
  const pending: unknown[] = [parsed.program];
  while (pending.length > 0) {
    const node = pending.pop();
    if (node === null || typeof node !== 'object') continue;
    const fields = node as Record<string, unknown>;
    const { type, callee, arguments: given, start, block } = fields;
    if (type === 'CallExpression' && isNamed(callee, 'require')) {
      const specifier = literalOf(Array.isArray(given) ? given[0] : null);
      if (specifier)
        found.push({ specifier, line: lineOf(Number(start)), kind: 'require', isTypeOnly: false, names: [] });
    }
    for (const inner of Object.values(fields)) {
      if (type === 'TryStatement' && inner === block) continue;
      if (inner !== null && typeof inner === 'object') pending.push(...childrenOf(inner));
    }
  }
  return found;
}

function childrenOf(value: object): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isNamed(node: unknown, name: string): boolean {
  return node !== null && typeof node === 'object' && 'name' in node && node.name === name;
}

function literalOf(node: unknown): string | null {
  if (node === null || typeof node !== 'object' || !('value' in node)) return null;
  return typeof node.value === 'string' ? node.value : null;
}

function exportsOf({ module }: Parsed, text: string): SourceModule['exports'] {
  if (module.staticExports.length === 0 || /\bexport\s*=/.test(text)) return null;
  const names = new Set<string>();
  const allFrom: string[] = [];
  for (const { entries } of module.staticExports) {
    for (const { exportName, importName, moduleRequest } of entries) {
      if (importName.kind === 'AllButDefault' && moduleRequest) allFrom.push(moduleRequest.value);
      else if (exportName.kind === 'Default') names.add('default');
      else if (exportName.name) names.add(exportName.name);
    }
  }
  return { names, allFrom };
}
