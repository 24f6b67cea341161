import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { classify } from '../classify/classify.ts';
import { parseOutput } from './parse-output.ts';

/** As go 1.19.8, Rust 1.95 and (before-1.73) Rust 1.63 printed it in a check. */
const recorded = (name: string) =>
  readFileSync(
    fileURLToPath(new URL(`../../../test/fixtures/tool-output/${name}.txt`, import.meta.url)),
    'utf8',
  );

/** category, place, symbol. */
const rows = (name: string) =>
  parseOutput(recorded(name), null)
    .filter(({ severity }) => severity === 'error')
    .map(({ category, file, line, symbol }) => [category, file === null ? null : `${file}:${line}`, symbol]);

describe('V4: what Go and Rust really print', () => {
  it.each([
    ['go-test-panic', 'test_failure', 'shop/basket.go:21', 'TestTotal'],
    ['go-vet-twice', 'undefined_symbol', 'shop/basket.go:23', 'itm'],
    ['go-vet-finding', 'lint', 'cmd/show/main.go:12', 'fmt.Printf'],
    ['go-vet-missing-export', 'missing_export', 'cmd/show/main.go:10', 'Totals'],
    ['go-unused-import', 'type_error', 'shop/basket.go:6', 'os'],
    ['go-import-cycle', 'import_resolution', null, 'example.org/shop/shop'],
    ['go-missing-sum', 'missing_dependency', 'shop/basket.go:4', 'github.com/pkg/errors'],
    ['go-missing-module', 'missing_dependency', 'shop/basket.go:4', 'github.com/pkg/errors'],
    ['gofmt', 'format', 'shop/basket.go:null', 'gofmt'],
    ['rustfmt', 'format', 'src/lib.rs:13', 'rustfmt'],
    ['clippy-denied', 'lint', 'src/lib.rs:19', 'clippy::eq_op'],
    ['rustc-missing-crate', 'import_resolution', 'src/lib.rs:3', 'ghost'],
    ['cargo-offline', 'missing_dependency', null, 'ghost-crate-none'],
    ['cargo-test-assertion', 'test_failure', 'src/lib.rs:37', 'adds_up'],
    ['cargo-test-before-1.73', 'test_failure', 'shop/src/lib.rs:17', 'adds_up'],
    ['cargo-test-panic', 'test_failure', 'src/lib.rs:18', 'adds_up'],
  ])('%s: %s %s %s', (name, category, place, symbol) => {
    expect(rows(name)).toEqual([[category, place, symbol]]);
    const tool = name.startsWith('go') ? 'go' : 'cargo';
    expect(classify({ text: recorded(name), exitCode: 1, tool })).toMatchObject({ category, symbol });
  });

  it('go test: parts of a test are named, and not the test around them', () => {
    expect(rows('go-test-verbose')).toEqual([
      ['test_failure', 'basket_test.go:14', 'TestTotal'],
      ['test_failure', 'basket_test.go:34', 'TestTable/one'],
      ['test_failure', 'basket_test.go:34', 'TestTable/two'],
    ]);
  });

  it('rustc: a name that a crate has not, and what follows from it', () => {
    expect(rows('rustc-missing-export')).toEqual([
      ['missing_export', 'tests/basket.rs:1', 'totals'],
      ['undefined_symbol', 'tests/basket.rs:5', 'total'],
    ]);
  });

  it("rustup: a tool chain that is not there is the machine's, and no failure of the code", () => {
    const text =
      "error: toolchain '1.60.0-x86_64-unknown-linux-gnu' is not installed\nhelp: run `rustup toolchain install` to install it\n";
    expect(parseOutput(text, null)).toMatchObject([
      { category: 'missing_tool', symbol: '1.60.0-x86_64-unknown-linux-gnu' },
    ]);
  });

  it('clippy: later findings of one lint, which do not name it again', () => {
    const text = 'warning: unused variable: `b`\n --> src/lib.rs:3:5\n  |\n';
    expect(parseOutput(text, null)).toMatchObject([{ category: 'lint', severity: 'warning', line: 3 }]);
  });
});
