import type { ViewSources } from '../../src/api/view-sources.ts';

/** What a node of a test knows of itself. */
export function testViews(changes: Partial<ViewSources> = {}): ViewSources {
  return {
    limits: {
      maxRuns: 4,
      maxRunsPerRepository: 2,
      maxRunsPerAgent: null,
      maxRunsPerProvider: null,
      maxQueued: 100,
      repositories: {},
      agents: {},
      providers: {},
    },
    agents: { configured: ['builtin'], builtIn: ['builtin', 'claude-code'] },
    lookAtAgent: async () => ({ available: true, version: '1.2.3', problem: null, checkedAt: new Date(0) }),
    providers: [{ name: 'acme', kind: 'openai', host: 'acme.test', hasKey: true }],
    models: ['acme/large'],
    modelFacts: () => ({ contextTokens: 1000, outputTokens: 100, priceKnown: true }),
    places: 4,
    short: () => [],
    settings: () => ({ files: [], warnings: [], settings: [] }),
    readiness: async () => ({ status: 'ready', at: new Date(0).toISOString(), checks: [] }),
    ...changes,
  };
}
