import { describe, expect, it } from 'vitest';
import { parseProblems } from './parse-output.ts';
import { causeOfTest, withCause } from './test-cause.ts';

describe('V4: what a test met outside of itself, and what it says itself', () => {
  it.each([
    ['connect ECONNREFUSED 127.0.0.1:5432', 'Error', 'network'],
    ['getaddrinfo EAI_AGAIN db.example.org', 'Error', 'network'],
    ['apiRequestContext.get: connect ECONNREFUSED ::1:80', 'Error', 'network'],
    ['page.goto: net::ERR_NAME_NOT_RESOLVED at http://shop.example/', null, 'network'],
    ['terminated', 'TypeError', 'network'],
    ['Request failed with status code 502', 'AxiosError', 'network'],
    ['Request failed with status code 429', 'AxiosError', 'rate_limit'],
    ['timeout of 300ms exceeded', 'AxiosError', 'timeout'],
    ['The operation was aborted due to timeout', 'TimeoutError', 'timeout'],
    ['listen EADDRINUSE: address already in use :::4000', 'Error', 'port_in_use'],
    ['foo is not defined', 'ReferenceError', 'undefined_symbol'],
  ])('%s (%s) is a fault of %s', (message, name, category) => {
    expect(causeOfTest(message, name)?.category).toBe(category);
  });

  it.each([
    ["expected 'connect ECONNREFUSED' to be 'down'", 'AssertionError'],
    ['connect ECONNREFUSED', 'AssertionError'],
    ['the client gave up after ETIMEDOUT', 'Error'],
    ['queue still empty', 'TimeoutError'],
    ['Request failed with status code 500', 'AxiosError'],
    ['Request failed with status code 404', 'AxiosError'],
    ['Hook timed out in 200ms.', 'HookTimeoutError'],
    ['fetch failed early, by design', 'Error'],
  ])('%s (%s) is the test’s own', (message, name) => {
    expect(causeOfTest(message, name)).toBeNull();
  });

  it('a cause tells more than the error it led to', () => {
    const block = ['TypeError: fetch failed', '  [cause]: Error: getaddrinfo ENOTFOUND api.example'];
    expect(causeOfTest(withCause('fetch failed', block), 'TypeError')).toEqual({
      category: 'network',
      subcategory: 'dns',
      symbol: 'api.example',
    });
  });
});

describe('V4: runners with a test that could not reach a service', () => {
  it.each([
    ['mocha', '  0 passing (9ms)\n  1 failing\n\n  1) loads:\n     Error: connect ECONNREFUSED 127.0.0.1:80'],
    [
      'ava',
      '  ✘ [fail]: loads Rejected promise returned by test\n  ─\n\n  loads\n\n  TypeError: fetch failed\n  ─',
    ],
    [
      'jasmine',
      'Failures:\n1) api loads\n  Message:\n    TypeError: fetch failed\n  Stack:\n        at x\n\n1 spec, 1 failure',
    ],
    [
      'node:test',
      '✖ failing tests:\n\ntest at a.test.mjs:2:1\n✖ loads (3ms)\n  [TypeError [Error]: fetch failed] {\n    [cause]: Error: connect ECONNREFUSED 127.0.0.1:80\n  }',
    ],
    [
      'playwright',
      '  1) a.spec.ts:2:1 › loads ───\n\n    Error: apiRequestContext.get: connect ECONNREFUSED 127.0.0.1:80\n\n  1 failed',
    ],
    [
      'pytest',
      '=== FAILURES ===\n___ test_x ___\nE   urllib.error.URLError: <urlopen error [Errno 111] Connection refused>\n\na.py:3: URLError\n=== short test summary info ===',
    ],
    [
      'unittest',
      `${'='.repeat(70)}\nERROR: test_x (test_a.T.test_x)\n${'-'.repeat(70)}\nTraceback (most recent call last):\n  File "/app/test_a.py", line 4, in test_x\nurllib.error.URLError: <urlopen error [Errno 111] Connection refused>\n\n${'-'.repeat(70)}\nRan 1 test in 0.1s`,
    ],
  ])('%s', (_runner, text) => {
    expect(parseProblems(text.split('\n'))).toMatchObject([{ category: 'network' }]);
  });

  it('jasmine: a comparison with such words is a failed test', () => {
    const text =
      'Failures:\n1) net has a timeout\n  Message:\n    Expected 4000 to be 5000.\n  Stack:\n        at UserContext.<anonymous> (/app/a.spec.js:3:5)\n\n1 spec, 1 failure';
    expect(parseProblems(text.split('\n'))).toMatchObject([
      { category: 'test_failure', symbol: 'net has a timeout', file: '/app/a.spec.js', line: 3 },
    ]);
  });

  it('ava: a run that was stopped names the test that was pending', () => {
    const text =
      '  ✘ Timed out while running tests\n\n  1 tests were pending in a.test.js\n\n  ◌ never ends\n';
    expect(parseProblems(text.split('\n'))).toMatchObject([
      { category: 'test_failure', subcategory: 'test_timeout', symbol: 'never ends', file: 'a.test.js' },
    ]);
  });
});
