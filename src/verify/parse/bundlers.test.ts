import { describe, expect, it } from 'vitest';
import { parseOutput } from './parse-output.ts';

/** category, file, line, column, symbol. */
const rows = (lines: readonly string[]) =>
  parseOutput(lines.join('\n'), '/w').map(({ category, file, line, column, symbol }) => [
    category,
    file,
    line,
    column,
    symbol,
  ]);

describe('V4: bundlers', () => {
  it('esbuild', () => {
    const text = [
      '✘ [ERROR] No matching export in "lib/b.ts" for import "nope"',
      '',
      '    lib/in.ts:1:9:',
      '      1 │ import',
    ];
    expect(rows(text)).toEqual([['missing_export', 'lib/in.ts', 1, 10, 'nope']]);
    expect(rows(['✘ [ERROR] Invalid build flag: "--minfy"'])).toEqual([
      ['config_error', null, null, null, '--minfy'],
    ]);
  });

  it('webpack 5, and 4, which names the place below', () => {
    const message = "Module not found: Error: Can't resolve './gone' in '/w/src'";
    expect(rows(['ERROR in ./src/main.js 1:0-29', message])).toEqual([
      ['import_resolution', 'src/main.js', 1, 1, './gone'],
    ]);
    expect(rows(['ERROR in ./src/main.js', message, ' @ ./src/main.js 3:0-29 4:1'])).toEqual([
      ['import_resolution', 'src/main.js', 3, 1, './gone'],
    ]);
  });

  it('webpack: a style sheet behind its loaders', () => {
    const text = [
      'ERROR in ./src/a.css (./node_modules/css-loader/dist/cjs.js!./src/a.css)',
      'Module build failed (from ./node_modules/css-loader/dist/cjs.js):',
      'SyntaxError',
      '',
      '(1:1) /w/src/a.css Unclosed block',
    ];
    expect(rows(text)[0]?.slice(0, 3)).toEqual(['css_error', 'src/a.css', 1]);
  });

  it('Vite with Rollup and with Rolldown', () => {
    expect(
      rows([
        'x Build failed in 78ms',
        'error during build:',
        'src/main.ts (1:9): "go" is not exported by "src/r.ts", imported by "src/main.ts".',
        'file: /w/src/main.ts:1:9',
      ]),
    ).toEqual([['missing_export', 'src/main.ts', 1, 9, 'go']]);
    expect(
      rows([
        '✗ Build failed in 37ms',
        'error during build:',
        'Build failed with 1 error:',
        '',
        '[MISSING_EXPORT] "go" is not exported by "src/r.ts".',
        '   ╭─[ src/main.ts:1:10 ]',
      ]),
    ).toEqual([['missing_export', 'src/main.ts', 1, 10, 'go']]);
  });

  it('Next with webpack and with types', () => {
    expect(
      rows([
        'Failed to compile.',
        '',
        './app/page.tsx',
        "Module not found: Can't resolve '@/components/hero'",
      ]),
    ).toEqual([['import_resolution', 'app/page.tsx', null, null, '@/components/hero']]);
    expect(
      rows([
        'Failed to compile.',
        '',
        './app/page.tsx:2:9',
        "Type error: Type 'string' is not assignable to type 'number'.",
      ]),
    ).toEqual([['type_error', 'app/page.tsx', 2, 9, 'number']]);
  });

  it('Next with exports of a route that its generated types refuse', () => {
    expect(
      rows([
        'Failed to compile.',
        '',
        'Type error: Type \'typeof import("app/notes/page")\' does not satisfy the constraint \'AppPageConfig<"/notes">\'.',
        "  Property 'default' is missing in type 'typeof import(\"app/notes/page\")' but required in type 'AppPageConfig<\"/notes\">'.",
      ]),
    ).toEqual([['missing_export', 'app/notes/page.tsx', null, null, 'default']]);
    expect(
      rows([
        'Failed to compile.',
        '',
        'Type error: Type \'typeof import("/work/shop/src/app/api/cart/route")\' does not satisfy the constraint \'RouteHandlerConfig<"/api/cart">\'.',
        "  Types of property 'GET' are incompatible.",
      ]),
    ).toEqual([['type_error', 'src/app/api/cart/route.ts', null, null, null]]);
    expect(
      rows([
        'Failed to compile.',
        '',
        'Type error: Page "app/shop/page.tsx" does not match the required types of a Next.js Page.',
        '  "helper" is not a valid Page export field.',
      ]),
    ).toEqual([['type_error', 'app/shop/page.tsx', null, null, 'helper']]);
  });

  it('style sheets: Sass, Less, Tailwind in its box', () => {
    expect(
      rows([
        'Error: Undefined variable.',
        '  ╷',
        '2 │   color: $brand;',
        '  ╵',
        '  s.scss 2:10  root stylesheet',
      ]),
    ).toEqual([['css_error', 's.scss', 2, 10, 'Undefined variable']]);
    expect(rows(['NameError: variable @brand is undefined in /w/s.less on line 2, column 10:'])).toEqual([
      ['css_error', 's.less', 2, 10, '@brand'],
    ]);
    expect(
      rows([
        'Error:',
        '┌',
        '│ Error: Cannot apply utility class `hoverr:underline` because the `hoverr` variant does not exist.',
        '└',
      ]),
    ).toEqual([['tailwind_invalid_class', null, null, null, 'hoverr:underline']]);
  });
});

describe('V4: other runners of tests', () => {
  it('AVA, Playwright and Bun', () => {
    expect(
      rows([
        '  ✘ [fail]: rounds',
        '  ─',
        '',
        '  rounds',
        '',
        '  test.js:3',
        '',
        '   2: test',
        '  Difference:',
      ]),
    ).toEqual([['test_failure', 'test.js', 3, null, 'rounds']]);
    expect(
      rows([
        '  1) e2e/login.spec.ts:4:5 › signs in ──────',
        '',
        '    Error: Timed out',
        '',
        '        at /w/e2e/login.spec.ts:6:64',
      ]),
    ).toEqual([['test_failure', 'e2e/login.spec.ts', 6, 64, 'signs in']]);
    expect(
      rows([
        'bun test v1.4.5',
        'error: expect(received).toBe(expected)',
        '      at <anonymous> (/w/a.test.ts:3:17)',
        '(fail) bun sums [0.25ms]',
      ]),
    ).toEqual([['test_failure', 'a.test.ts', 3, 17, 'bun sums']]);
  });

  it('a name that the frame shows imported and that cannot be called is a missing export', () => {
    const text = [
      ' RUN  v5.1.1 /w',
      ' FAIL  test/p.test.ts > totals',
      'TypeError: total is not a function',
      ' ❯ test/p.test.ts:4:10',
      '      2| import { total } from "../lib/p";',
      '      4|   expect(total([1])).toBe(1);',
    ];
    expect(rows(text)).toEqual([['missing_export', 'test/p.test.ts', 4, 10, 'total']]);
  });

  it('Vite 4 tells the place before it says that the build failed', () => {
    expect(
      rows([
        '"go" is not exported by "src/r.js", imported by "src/main.js".',
        'file: /w/src/main.js:4:9',
        'error during build:',
        'RollupError: "go" is not exported by "src/r.js", imported by "src/main.js".',
      ]),
    ).toEqual([['missing_export', 'src/main.js', 4, 9, 'go']]);
  });

  it('a plugin in Rust: its reason, not the places of its own stack', () => {
    const text = [
      'error during build:',
      'Build failed with 1 error:',
      '',
      '[builtin:vite-json] plugin `builtin:vite-json` threw an error',
      '',
      'Caused by:',
      '    expected ident at line 4 column 0',
      '',
      'Stack backtrace:',
      '             at ./nptl/pthread_create.c:442:8',
    ];
    expect(rows(text)).toEqual([['syntax_error', null, null, null, null]]);
  });

  it('Rollup: types that its plugin checked, and a file that needs a plugin', () => {
    expect(
      rows([
        "[!] (plugin typescript) RollupError: [plugin typescript] src/in.ts (1:29): @rollup/plugin-typescript TS2322: Type 'number' is not assignable to type 'string'.",
      ]),
    ).toEqual([['type_error', 'src/in.ts', 1, 29, 'TS2322']]);
    expect(
      rows([
        "[!] RollupError: src/data.json (1:4): Expected ';' (Note that you need @rollup/plugin-json to import JSON files)",
      ])[0]?.[0],
    ).toBe('build_error');
  });

  it('a module of Node in a bundle for the browser is no missing package', () => {
    expect(rows(['✘ [ERROR] Could not resolve "fs"', '', '    src/in.ts:2:15:', '      2 │ import'])).toEqual(
      [['import_resolution', 'src/in.ts', 2, 16, 'fs']],
    );
  });

  it('webpack: Babel names the line at the end of its message', () => {
    const text = [
      'ERROR in ./src/a.js',
      'Module build failed (from ./node_modules/babel-loader/lib/index.js):',
      'SyntaxError: /w/src/a.js: Expected corresponding JSX closing tag for <div>. (3:0)',
    ];
    expect(rows(text)[0]?.slice(0, 3)).toEqual(['syntax_error', 'src/a.js', 3]);
  });

  it('a Vue template that is not closed', () => {
    const text = [
      'error during build:',
      '[vite:vue] [plugin vite:vue] src/App.vue (2:3): Element is missing end tag.',
      'file: /w/src/App.vue:2:3',
    ];
    expect(rows(text)[0]?.slice(0, 3)).toEqual(['syntax_error', 'src/App.vue', 2]);
  });

  it('Next: what a page lacks from outside decides over the page', () => {
    const text = [
      '▲ Next.js 16.4.6 (Turbopack)',
      'Error occurred prerendering page "/".',
      'TypeError: fetch failed',
      '    at async c (app/page.tsx:2:13)',
      '  [cause]: Error: connect ECONNREFUSED 127.0.0.1:4997',
    ];
    expect(rows(text)).toEqual([['network', 'app/page.tsx', 2, null, 'ECONNREFUSED']]);
  });

  it('Next: a rule of the framework drawn in the box of its compiler', () => {
    const text = [
      '  ▲ Next.js 14.2.35',
      './app/page.tsx',
      'Error: ',
      "  x You're importing a component that needs useState. It only works in a Client Component",
      '   ,-[/w/app/page.tsx:1:1]',
    ];
    expect(rows(text)).toEqual([['build_error', 'app/page.tsx', 1, 1, 'useState']]);
  });
});
