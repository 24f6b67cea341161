import { describe, expect, it, onTestFinished } from 'vitest';
import { probeProvider } from '../../src/gateway/probe-provider.ts';
import { startScriptedModel } from '../../tools/scripted-model/server.ts';

async function model() {
  const started = await startScriptedModel({ expectKey: 'right', models: ['m1'] });
  onTestFinished(() => started.close());
  return started;
}

describe('probeProvider', () => {
  it('M4: says whether a key is accepted or rejected, for both kinds of provider', async () => {
    const { url } = await model();
    for (const kind of ['anthropic', 'openai'] as const) {
      const provider = { name: 'p', kind, baseUrl: url, apiKey: 'right' };
      expect(await probeProvider(provider)).toEqual({ kind: 'accepted', models: ['m1'] });
      expect(await probeProvider({ ...provider, apiKey: 'wrong' })).toMatchObject({
        kind: 'rejected-key',
        error: { code: 'gateway.rejected-key', fields: { status: 401 } },
      });
    }
  });

  it('M4: says that an address leads nowhere, or elsewhere', async () => {
    const { url, close } = await model();
    const provider = { name: 'p', kind: 'openai', baseUrl: `${url}/elsewhere/v1x`, apiKey: 'right' } as const;
    expect(await probeProvider(provider)).toMatchObject({ kind: 'failed' });
    await close();
    expect(await probeProvider(provider)).toMatchObject({
      kind: 'unreachable',
      error: { code: 'gateway.provider-unreachable' },
    });
    expect(await probeProvider({ ...provider, baseUrl: 'not a url' })).toMatchObject({ kind: 'unreachable' });
  });
});
