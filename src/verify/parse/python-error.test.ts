import { describe, expect, it } from 'vitest';
import { lastPythonError, meaningOfPythonError, surroundingsOfPythonTest } from './python-error.ts';

describe('V4: the last line of a traceback', () => {
  it.each([
    ['ConnectionRefusedError: [Errno 111] Connection refused', 'network'],
    ['urllib.error.HTTPError: HTTP Error 503: Service Unavailable', 'network'],
    ['requests.exceptions.HTTPError: 502 Server Error: Bad Gateway for url: http://a/', 'network'],
    ['requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: http://a/', 'auth'],
    ['requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url: http://a/', 'rate_limit'],
    ['requests.exceptions.ReadTimeout: HTTPConnectionPool(host=a): Read timed out.', 'timeout'],
    ['TimeoutError: timed out', 'timeout'],
    ['OSError: [Errno 98] Address already in use', 'port_in_use'],
    ["subprocess.CalledProcessError: Command 'x' died with <Signals.SIGKILL: 9>.", 'process_killed'],
  ])('%s → %s', (line, category) => {
    expect(meaningOfPythonError(line)?.category).toBe(category);
  });

  it.each([
    'TimeoutError: queue still empty',
    'ConnectionError: refused',
    "KeyError: 'Connection'",
    "AssertionError: assert 'down' in '[Errno 111] Connection refused'",
    'urllib.error.HTTPError: HTTP Error 404: Not Found',
    'json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)',
  ])('%s is the program’s own', (line) => {
    expect(meaningOfPythonError(line)).toBeNull();
  });

  it('a program that a test ran too long, or an answer it was refused, may be what it tests', () => {
    const lines = [
      "subprocess.TimeoutExpired: Command 'x' timed out after 1 seconds",
      'urllib.error.HTTPError: HTTP Error 401: Unauthorized',
    ];
    expect(lines.map(surroundingsOfPythonTest)).toEqual([null, null]);
    expect(surroundingsOfPythonTest('socket.gaierror: [Errno -2] Name or service not known')?.category).toBe(
      'network',
    );
  });

  it('is that of the last traceback, not the error that led to it', () => {
    const text =
      'Traceback (most recent call last):\n  File "a.py", line 1, in f\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "a.py", line 3, in g\n    x()\nValueError: no\n';
    expect(lastPythonError(text.split('\n'))).toBe('ValueError: no');
    expect(lastPythonError(['no traceback: at all'])).toBeNull();
  });
});
