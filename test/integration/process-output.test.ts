import { describe, expect, it } from 'vitest';
import { limits, program, run } from '../fixtures/process-helpers.ts';

const MEBIBYTE = 1024 * 1024;

describe('output without measure', () => {
  it('1 GB of output is counted, its end is kept, memory is not touched by it', async () => {
    const before = process.memoryUsage().rss;
    let highest = 0;
    const watch = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().rss);
    }, 20);
    const result = await run(['python3', program('flood.py'), String(1024 * MEBIBYTE), '99'], {
      limits: { ...limits, timeoutMs: 100_000 },
    });
    clearInterval(watch);
    expect(result.cause).toBe('exited');
    expect(result.stdoutBytes).toBe(1024 * MEBIBYTE + '\nthe end\n'.length);
    expect(result.stdout.endsWith('the end\n')).toBe(true);
    expect(Buffer.byteLength(result.stdout)).toBe(limits.maxOutputBytes);
    expect(highest - before).toBeLessThan(200 * MEBIBYTE);
  });

  it('a line of 200 MB is cut to 1 MiB and marked; the lines after it are whole', async () => {
    const lines: string[] = [];
    const result = await run(['python3', program('flood.py'), String(200 * MEBIBYTE), '0'], {
      onStdoutLine: (line) => lines.push(line),
    });
    expect(result.cause).toBe('exited');
    expect(lines).toHaveLength(2);
    expect(lines[0]?.slice(0, MEBIBYTE)).toBe('x'.repeat(MEBIBYTE));
    expect(lines[0]?.slice(MEBIBYTE)).toBe(`… [${199 * MEBIBYTE} bytes of this line dropped]`);
    expect(lines[1]).toBe('the end');
  });

  it('a million lines reach the handler in order', async () => {
    let count = 0;
    let last = '';
    await run(['seq', '1', '1000000'], {
      onStdoutLine: (line) => {
        count += 1;
        last = line;
      },
    });
    expect({ count, last }).toEqual({ count: 1_000_000, last: '1000000' });
  });

  it('the start can be kept instead of the end', async () => {
    const result = await run(['seq', '1', '100000'], {
      keep: 'start',
      limits: { ...limits, maxOutputBytes: 10 },
    });
    expect(result.stdout).toBe('1\n2\n3\n4\n5\n');
    expect(result.stdoutBytes).toBe(588_895);
  });
});

describe('output that is not clean text', () => {
  it('invalid UTF-8 and NUL become readable, a character split over two writes stays whole', async () => {
    const lines: string[] = [];
    const script = String.raw`printf 'bad \377\376 byte\000\n'; printf '\342\202'; sleep 0.1; printf '\254 euro\n'`;
    const result = await run(['sh', '-c', script], { onStdoutLine: (line) => lines.push(line) });
    expect(lines).toEqual(['bad \uFFFD\uFFFD byte\0', '€ euro']);
    expect(result.stdout).toBe('bad \uFFFD\uFFFD byte\0\n€ euro\n');
  });

  it('latin1 keeps every byte', async () => {
    const result = await run(['sh', '-c', String.raw`printf 'a\377\000b'`], { encoding: 'latin1' });
    expect(Buffer.from(result.stdout, 'latin1')).toEqual(Buffer.from([0x61, 0xff, 0x00, 0x62]));
  });

  it('a cut never leaves half a character at the front', async () => {
    const result = await run(['sh', '-c', 'printf "€€€€"'], { limits: { ...limits, maxOutputBytes: 7 } });
    expect(result.stdout).toBe('€€');
  });
});
