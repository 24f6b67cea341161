import { existsSync } from 'node:fs';
import path from 'node:path';
import { createAgent } from '../adapters/agent/registry.ts';
import type { AgentSight, ConfiguredProvider, ModelFacts, ViewSources } from '../api/view-sources.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { ladderFor } from '../config/run-spec.ts';
import type { Config } from '../config/schema.ts';
import { findSetting } from '../config/settings.ts';
import { showConfig } from '../config/show-config.ts';
import { toErrorData } from '../domain/errors/runyard-error.ts';
import type { Shortage } from '../domain/shortage.ts';
import { shareAnswers } from '../lib/shared-answer.ts';
import { loadCatalogue, type ModelCatalogue, modelLimits } from '../model/catalogue.ts';
import { priceOf } from '../model/prices.ts';
import type { ControlPlaneOptions } from './options.ts';
import { limitsOf } from './scheduling.ts';
import { within } from './within.ts';

export interface ViewSourceParts extends Pick<ControlPlaneOptions, 'config' | 'env' | 'loaded'> {
  readonly dataFolder: string;
  /** null when this node drives no runs. */
  readonly places: number | null;
  readonly short: () => readonly Shortage[];
  readonly readiness: ViewSources['readiness'];
}

/** Asking an agent for its version starts a process; the answer is good for a while. */
const AGENT_MEMORY_MS = 60_000;
const LOOK_MS = 20_000;

/** What this node knows of itself that the pages show. */
export function createViewSources(parts: ViewSourceParts): ViewSources {
  const { config, env, loaded, dataFolder, places, short, readiness } = parts;
  const overlay = path.join(dataFolder, 'models.json');
  const catalogue = loadCatalogue(existsSync(overlay) ? overlay : null);
  const ladder = ladderFor(config);
  return {
    limits: { ...limitsOf(config.scheduler), maxQueued: config.scheduler.maxQueued },
    agents: {
      configured: [...new Set(ladder.map(({ agent }) => agent))],
      builtIn: ['builtin', 'claude-code'],
    },
    lookAtAgent: shareAnswers((name: string) => lookAtAgent(name, env), {
      forMs: () => AGENT_MEMORY_MS,
      monotonicMs: () => performance.now(),
    }),
    providers: Object.entries(config.providers).map(providerOf),
    models: configuredModels(config),
    modelFacts: (model) => factsOf(model, catalogue),
    places,
    short,
    settings: () => settingsOf(loaded ?? { config, sources: new Map(), files: [], warnings: [NOT_TOLD] }),
    readiness,
  };
}

const NOT_TOLD =
  'This control plane was started for one command: it is not known here where the values came from.';

async function lookAtAgent(name: string, env: ControlPlaneOptions['env']): Promise<AgentSight> {
  const checkedAt = new Date();
  try {
    const agent = await createAgent(name, { hostEnvironment: env });
    const looking = within(LOOK_MS, () => agent.detect());
    const { available, version, error } = await looking;
    const problem = error ?? {
      what: 'It was not found.',
      why: '',
      next: 'Install it, or choose another agent.',
    };
    return { available, version, problem: available ? null : wordsOf(problem), checkedAt };
  } catch (error) {
    return { available: false, version: null, problem: wordsOf(toErrorData(error)), checkedAt };
  }
}

function wordsOf({ what, why, next }: { what: string; why: string; next: string }) {
  return { what, why, next };
}

function providerOf([name, { kind, baseUrl, apiKey }]: [
  string,
  Config['providers'][string],
]): ConfiguredProvider {
  return {
    name,
    kind,
    host: URL.canParse(baseUrl) ? new URL(baseUrl).host : null,
    hasKey: typeof apiKey === 'string' && apiKey !== '',
  };
}

function configuredModels(config: Config): string[] {
  const named = [
    ...ladderFor(config).map(({ model }) => model),
    config.models.plan,
    config.models.implement,
    config.models.heal,
  ];
  return [...new Set(named.flatMap((model) => model ?? []))];
}

function factsOf(model: string, catalogue: ModelCatalogue): ModelFacts {
  const { contextTokens, maxOutputTokens, warning } = modelLimits(model, catalogue);
  const known = warning === null;
  const some = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return {
    contextTokens: known ? contextTokens : null,
    outputTokens: known ? maxOutputTokens : null,
    priceKnown: priceOf(model, some, catalogue).status === 'known',
  };
}

function settingsOf(loaded: LoadedConfig): ReturnType<ViewSources['settings']> {
  return {
    files: [...loaded.files],
    warnings: [...loaded.warnings],
    settings: showConfig(loaded).map(({ setting, value, source }) => {
      const about = findSetting(setting);
      return {
        setting,
        value: value ?? null,
        source,
        description: about?.description ?? '',
        secret: about?.secret === true,
      };
    }),
  };
}
