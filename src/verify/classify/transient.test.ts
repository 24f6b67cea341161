import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';

const of = (text: string, exitCode: number | null = 1) => classify({ text, exitCode });
const NODE = '\n    at file:///app/job.mjs:5:5\n\nNode.js v20.20.2';

describe('V4: what passes and what stays', () => {
  it.each([
    ['curl: (22) The requested URL returned error: 503', 'network', true],
    ['curl: (22) The requested URL returned error: 404', 'network', false],
    ['curl: (22) The requested URL returned error: 401', 'auth', false],
    ['curl: (28) Operation timed out after 1000 milliseconds', 'timeout', true],
    ['curl: (3) URL rejected: Malformed input to a URL function', 'config_error', false],
    [
      'curl: (7) Failed to connect to 127.0.0.1 port 1\nmake: *** [Makefile:2: deploy] Error 7',
      'network',
      true,
    ],
    ['curl: (35) OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number', 'network', false],
    ['curl: (35) Recv failure: Connection reset by peer', 'network', true],
    [' ELIFECYCLE  Command failed with exit code 137.', 'process_killed', true],
    ['dial tcp: lookup proxy.example: i/o timeout', 'network', true],
    ['Error: P1002: The database server at `db:5432` was reached but timed out.', 'database', true],
    ['ReplyError: WRONGPASS invalid username-password pair', 'auth', false],
    ['Error: Unexpected server response: 503', 'network', true],
    ['Error: Unexpected server response: 401', 'auth', false],
    ['API Error: Stream idle timeout - no chunks received', 'timeout', true],
    [
      'fatal: unable to access: gnutls_handshake() failed: The TLS connection was non-properly terminated.',
      'network',
      true,
    ],
    ['psql:q.sql:2: ERROR:  canceling statement due to statement timeout', 'database', true],
    ['FATAL:  too many connections for role "app"', 'database', true],
    ['error: relation "invoices" does not exist', 'database', false],
    ['Error: Timed out waiting for: tcp:127.0.0.1:3000', 'timeout', true],
    [
      "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError(': Failed: [Errno 111] Connection refused')': /x/\nERROR: No matching distribution found for x",
      'network',
      true,
    ],
    ['ERROR: No matching distribution found for x', 'dependency_not_found', false],
    ['error Error: http://registry.example/x: unauthorized', 'auth', false],
    ['error Error: http://registry.example/x: Request failed "503 Service Unavailable"', 'network', true],
    ['API Error: 520 error code: 520', 'server_error', true],
    [
      'API Error: 400 You have reached your specified API usage limits. You will regain access on 2026-12-01.',
      'quota_exhausted',
      true,
    ],
    [
      '{"type":"turn.failed","error":{"message":"Quota exceeded. Check your plan and billing details."}}',
      'quota_exhausted',
      false,
    ],
  ])('%s → %s', (text, category, transient) => {
    expect(of(text)).toMatchObject({ category, transient });
  });

  it('a bug is told by its class, whatever the log before it speaks of', () => {
    const log = 'retry 1: read ECONNRESET\nretry 2: 503 Service Unavailable\nretry 3: ok\n';
    const text = `${log}file:///app/job.mjs:5\ncfg.port;\n    ^\n\nTypeError: Cannot read properties of undefined (reading 'port')${NODE}`;
    expect(of(text)).toMatchObject({ category: 'runtime_error', transient: false, line: 5 });
  });

  it('a mock that breaks is no network, and what refuses its input is no connection of an hour ago', () => {
    const mock = `TypeError: fetch failed${NODE.slice(0, 32)} {\n  [cause]: TypeError: Promise.withResolvers is not a function\n}\n\nNode.js v20.20.2`;
    expect(of(mock)).toMatchObject({ category: 'runtime_error', transient: false });
    const refused = `connection reset, reconnecting\n/app/job.mjs:5\nthrow\n\nError: Invalid schema: "timeout" must be a number${NODE}`;
    expect(of(refused)).toMatchObject({ category: 'runtime_error', transient: false });
  });

  it('the words of an error that shows its options are not among them', () => {
    const text = `HTTPError: Request failed with status code 500 Internal Server Error: GET http://a/${NODE.slice(0, 32)} {\n  options: { statusCodes: [ 408, 429, 503 ], errorCodes: [ 'ECONNREFUSED', 'EADDRINUSE' ] }\n}\n\nNode.js v20.20.2`;
    expect(of(text)).toMatchObject({ category: 'network', subcategory: 'http_5xx' });
  });

  it('lines of code in a traceback say nothing of what ended the program', () => {
    const text =
      'Traceback (most recent call last):\n  File "/app/job.py", line 2, in <module>\n    requests.get(os.environ["BASE"] + "/504 Gateway Time-out")\nValueError: bad reply\n';
    expect(of(text)).toMatchObject({ category: 'runtime_error', transient: false });
  });

  it('a scheme that is unknown stays so', () => {
    const text = `TypeError: fetch failed${NODE.slice(0, 32)} {\n  [cause]: Error: unknown scheme\n}\n\nNode.js v20.20.2`;
    expect(of(text)).toMatchObject({ category: 'network', transient: false });
  });
});
