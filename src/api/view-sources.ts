import type { Shortage } from '../domain/shortage.ts';
import type { ProvidersResponse, ReadyResponse, SettingsResponse } from './contract.ts';

export interface ViewLimits {
  readonly maxRuns: number;
  readonly maxRunsPerRepository: number;
  readonly maxRunsPerAgent: number | null;
  readonly maxRunsPerProvider: number | null;
  readonly maxQueued: number;
  readonly repositories: Readonly<Record<string, number>>;
  readonly agents: Readonly<Record<string, number>>;
  readonly providers: Readonly<Record<string, number>>;
}

/** An agent as it was found on this node. */
export interface AgentSight {
  readonly available: boolean;
  readonly version: string | null;
  readonly problem: { readonly what: string; readonly why: string; readonly next: string } | null;
  readonly checkedAt: Date;
}

type Provider = ProvidersResponse['providers'][number];

export type ConfiguredProvider = Pick<Provider, 'name' | 'kind' | 'host' | 'hasKey'>;
export type ModelFacts = Pick<Provider['models'][number], 'contextTokens' | 'outputTokens' | 'priceKnown'>;

/** What views need to know that is not in the database. */
export interface ViewSources {
  readonly limits: ViewLimits;
  /** Those of the configuration, and those that come with Runyard. */
  readonly agents: { readonly configured: readonly string[]; readonly builtIn: readonly string[] };
  /** Looks at an agent, or remembers how it looked a moment ago. Never rejects. */
  readonly lookAtAgent: (name: string) => Promise<AgentSight>;
  readonly providers: readonly ConfiguredProvider[];
  /** `provider/model`, as the configuration names them. */
  readonly models: readonly string[];
  readonly modelFacts: (model: string) => ModelFacts;
  /** How many runs this node may have; null when it drives none. */
  readonly places: number | null;
  /** What this node has too little of to start another run. */
  readonly short: () => readonly Shortage[];
  readonly settings: () => SettingsResponse;
  readonly readiness: () => Promise<ReadyResponse>;
}
