import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { goModuleCache } from './go-module-cache.ts';

const home = mkdtempSync(join(tmpdir(), 'runyard-go-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const usual = 'https://proxy.golang.org,direct';

describe('goModuleCache', () => {
  it('puts modules that are on the machine in front of the proxy, wherever go was told to keep them', () => {
    expect(goModuleCache({ HOME: home })).toEqual({});
    mkdirSync(join(home, 'go/pkg/mod/cache/download'), { recursive: true });
    const own = `file://${home}/go/pkg/mod/cache/download`;
    expect(goModuleCache({ HOME: home })).toEqual({ GOPROXY: `${own},${usual}` });
    expect(goModuleCache({ GOPATH: `${home}/go:/x`, GOPROXY: 'off' })).toEqual({ GOPROXY: `${own},off` });
    expect(goModuleCache({ GOMODCACHE: `${home}/go/pkg/mod` })).toEqual({ GOPROXY: `${own},${usual}` });
    expect(goModuleCache({})).toEqual({});
  });
});
