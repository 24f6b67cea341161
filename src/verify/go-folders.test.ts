import { describe, expect, it } from 'vitest';
import { withGoFolders } from './go-folders.ts';

/** As go 1.19.8 printed it. */
const OUTPUT = [
  '?   \texample.org/shop/cmd/show\t[no test files]',
  '=== RUN   TestTotal',
  '    basket_test.go:14: Total() = 153, want 250',
  '--- FAIL: TestTotal (0.00s)',
  'FAIL',
  'FAIL\texample.org/shop/shop\t0.003s',
  '=== RUN   TestApi',
  '    api_test.go:7: wrong',
  '--- FAIL: TestApi (0.00s)',
  'FAIL',
  'FAIL\texample.org/api\t0.003s',
].join('\n');

const placesIn = (text: string) => text.match(/\S+\.go:\d+/g);

describe('V4: files of failed Go tests', () => {
  it('stand in the folder of their package, whichever module of a workspace it is of', () => {
    const modules = [
      { path: 'example.org/shop', folder: '.' },
      { path: 'example.org/api', folder: 'services/api' },
    ];
    expect(placesIn(withGoFolders(OUTPUT, modules))).toEqual([
      'shop/basket_test.go:14',
      'services/api/api_test.go:7',
    ]);
  });

  it('stay as they are where the module is not known, or lies in the folder of the check', () => {
    expect(withGoFolders(OUTPUT, [])).toBe(OUTPUT);
    expect(placesIn(withGoFolders(OUTPUT, [{ path: 'example.org/api', folder: '.' }]))).toEqual([
      'basket_test.go:14',
      'api_test.go:7',
    ]);
  });
});
