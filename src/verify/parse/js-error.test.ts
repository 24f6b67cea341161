import { describe, expect, it } from 'vitest';
import { meaningOfMessage } from './js-error.ts';

describe('V4: errors of Node that do not say what they are', () => {
  it('an import that lacks its attribute, or has one of another type', () => {
    const found = { category: 'import_resolution', subcategory: 'import_attribute', symbol: 'c.json' };
    const missing = 'needs an import attribute of "type: json"';
    expect(meaningOfMessage(`Module "file:///a/c.json" ${missing}`)).toEqual(found);
    const code = 'TypeError [ERR_IMPORT_ASSERTION_TYPE_FAILED]';
    expect(meaningOfMessage(`${code}: Module "file:///a/c.json" is not of type "json"`)).toEqual(found);
  });

  it('a WebSocket that was refused, whose error has no message', () => {
    const stack =
      '    at #onSocketClose (node:internal/deps/undici/undici:1:2)\n    at failWebsocketConnection (node:internal/deps/undici/undici:3:4)';
    expect(meaningOfMessage(`TypeError\n${stack}`)).toEqual({ category: 'network', symbol: 'WebSocket' });
    expect(meaningOfMessage(`TypeError: no url\n${stack}`)).toBeNull();
  });
});
