import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rustToolChain } from './rust-tool-chain.ts';

const home = mkdtempSync(join(tmpdir(), 'runyard-rustup-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const bin = join(home, '.cargo/bin');
mkdirSync(bin, { recursive: true });
writeFileSync(join(bin, 'rustup'), '#!/bin/sh\n');
chmodSync(join(bin, 'rustup'), 0o755);

describe('rustToolChain', () => {
  it("says where rustup's tool chains lie, as a child has another home, and only where they lie there", () => {
    expect(rustToolChain({ HOME: home }, bin)).toEqual({});
    mkdirSync(join(home, '.rustup'));
    expect(rustToolChain({ HOME: home }, bin)).toEqual({
      RUSTUP_HOME: join(home, '.rustup'),
      RUSTUP_AUTO_INSTALL: '0',
    });
    expect(rustToolChain({ HOME: '/other', RUSTUP_HOME: bin }, bin)['RUSTUP_HOME']).toBe(bin);
  });

  it('says nothing where Rust came without rustup', () => {
    expect(rustToolChain({ HOME: home }, join(home, 'nothing'))).toEqual({});
  });
});
