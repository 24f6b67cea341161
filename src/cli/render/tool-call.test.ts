import { describe, expect, it } from 'vitest';
import { describeToolCall } from './tool-call.ts';

describe('describeToolCall', () => {
  it.each([
    ['{"path":"src/x.ts","start_line":1}', 'src/x.ts'],
    ['{"timeout_seconds":120,"command":"git diff \\"a\\" | wc"}', 'git diff "a" | wc'],
    ['{"file_path":"/w/a.ts","content":"cut of', '/w/a.ts'],
    ['{"command":"npm run very-long-thing-that-is-cut', 'npm run very-long-thing-that-is-cut'],
    ['{"other":1}', '{"other":1}'],
    ['plain text', 'plain text'],
  ])('%s', (text, shown) => {
    expect(describeToolCall(text)).toBe(shown);
  });
});
