import { describe, expect, it } from 'vitest';
import { parseOutput } from './parse-output.ts';

/** category, file, line, symbol. */
const rows = (...lines: string[]) =>
  parseOutput(lines.join('\n'), '/w').map(({ category, file, line, symbol }) => [
    category,
    file,
    line,
    symbol,
  ]);

describe('V4: usual outputs of tools', () => {
  it('webpack marks a refused configuration', () => {
    const head = '[webpack-cli] ✖ Invalid configuration object. Webpack has been initialized';
    expect(rows(head, " - configuration has an unknown property 'outputs'. These properties")).toEqual([
      ['config_error', null, null, 'outputs'],
    ]);
  });

  it('Next: fonts that cannot be fetched, and no folder of pages', () => {
    const font = ['[next]/internal/font/google/x.module.css', 'Error: next/font: error:'];
    expect(rows('▲ Next.js 16.4.6', ...font, 'Failed to fetch Inter from Google Fonts.')).toEqual([
      ['network', null, null, 'Failed to fetch Inter from Google Fonts'],
    ]);
    const folders = "Error: > Couldn't find any `pages` or `app` directory. Please create one";
    expect(rows('▲ Next.js 16.4.6', folders).map(([category]) => category)).toEqual(['config_error']);
  });

  it('Next: a page that breaks is placed by the mapped stack', () => {
    const text = [
      '▲ Next.js 16.4.6',
      'Error occurred prerendering page "/post/1". Read more: x',
      "TypeError: Cannot read properties of null (reading 'title')",
      '    at a.s.id (app/post/[id]/page.tsx:3:40)',
    ];
    expect(rows(...text)).toEqual([['runtime_error', 'app/post/[id]/page.tsx', 3, 'title']]);
  });

  it('Next: what server components may not import', () => {
    const said = "Error: You're importing a module that depends on `useState` into a React Server Component";
    expect(rows('▲ Next.js 16.4.6', './app/page.tsx:1:10', said)).toEqual([
      ['build_error', 'app/page.tsx', 1, 'useState'],
    ]);
  });

  it('Next: a utility that Tailwind does not know is no fault of what ran it', () => {
    const text = [
      '▲ Next.js 16.4.6',
      'Error: Cannot apply unknown utility class `text-brnd`',
      './app/globals.css',
      'Error: Error evaluating Node.js code',
      'CssSyntaxError: tailwindcss: /w/app/globals.css:1:1: Cannot apply unknown utility class `text-brnd`',
    ];
    expect(rows(...text).map(([category, file, , symbol]) => [category, file, symbol])).toEqual([
      ['tailwind_invalid_class', 'app/globals.css', 'text-brnd'],
    ]);
  });

  it('Rollup without an entry, and a configuration of Vite that breaks', () => {
    expect(rows('[!] Error: You must supply options.input to rollup')).toEqual([
      ['config_error', null, null, 'input'],
    ]);
    const broken = ['failed to load config from /w/vite.config.ts', 'error during build:'];
    expect(rows(...broken, 'ReferenceError: missing is not defined')).toEqual([
      ['undefined_symbol', 'vite.config.ts', null, 'missing'],
    ]);
  });

  it('vitest: a suite without tests', () => {
    const text = [
      ' RUN  v4.1.12 /w',
      ' FAIL  a.test.ts [ a.test.ts ]',
      'Error: No test found in suite a.test.ts',
    ];
    expect(rows(...text).map(([category]) => category)).toEqual(['no_tests']);
  });

  it('mocha names the file of a test that was too slow', () => {
    const said = '     Error: Timeout of 100ms exceeded. For async tests, ensure it resolves. (/w/test/a.js)';
    expect(rows('  0 passing (1s)', '  1 failing', '', '  1) reads:', said)).toEqual([
      ['test_failure', 'test/a.js', null, 'reads'],
    ]);
  });

  it('prettier: an option it refuses and a plugin that is not there', () => {
    expect(rows('[error] Invalid semi value. Expected true or false, but received "yes".')).toEqual([
      ['config_error', null, null, 'semi'],
    ]);
    expect(rows("[error] Cannot find package 'prettier-plugin-x' imported from /w/noop.js")).toEqual([
      ['missing_dependency', null, null, 'prettier-plugin-x'],
    ]);
  });

  it('tsc: a property that is not there is named', () => {
    expect(rows("a.ts(6,3): error TS2339: Property 'pop' does not exist on type 'Queue'.")).toEqual([
      ['type_error', 'a.ts', 6, 'pop'],
    ]);
    expect(rows("a.ts(6,3): error TS2741: Property 'b' is missing in type '{}' but required")).toEqual([
      ['type_error', 'a.ts', 6, 'b'],
    ]);
  });
});
