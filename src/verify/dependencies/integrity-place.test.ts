import { describe, expect, it } from 'vitest';
import { placeOfIntegrity } from './integrity-place.ts';

const hash = (letter: string) => `sha512-${letter.repeat(86)}==`;
const entry = (path: string, integrity: string) =>
  `    "${path}": {\n      "version": "1.0.0",\n      "resolved": "https://x/y.tgz",\n      "integrity": "${integrity}"\n    },\n`;
const lock = (...entries: string[]) => ({
  path: 'package-lock.json',
  text: `{\n  "packages": {\n${entries.join('')}  }\n}\n`,
});
const said = `npm error code EINTEGRITY\nnpm error Integrity checksum failed when using sha512: wanted ${hash('A')} but got ${hash('B')}.`;

describe('V4: an installer that only names the hash it wanted', () => {
  it.each([
    ['node_modules/left', 'left'],
    ['node_modules/@s/left', '@s/left'],
    ['packages/a/node_modules/b/node_modules/left', 'left'],
  ])('means the package whose entry of the lock file has it: %s', (path, symbol) => {
    const text = lock(entry('node_modules/other', hash('C')), entry(path, hash('A')));
    expect(placeOfIntegrity(said, text)).toEqual({ file: 'package-lock.json', line: 11, symbol });
  });

  it('means none where the lock file has not that hash, or several packages have', () => {
    expect(placeOfIntegrity(said, lock(entry('node_modules/left', hash('B'))))).toBeNull();
    const both = lock(entry('node_modules/left', hash('A')), entry('node_modules/right', hash('A')));
    expect(placeOfIntegrity(said, both)).toBeNull();
    expect(placeOfIntegrity('npm error code EINTEGRITY', both)).toBeNull();
  });
});
