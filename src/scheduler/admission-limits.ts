/** How many runs may hold a place at once, over all nodes. null: no limit of its own. */
export interface AdmissionLimits {
  readonly maxRuns: number;
  readonly maxRunsPerRepository: number;
  readonly maxRunsPerAgent: number | null;
  readonly maxRunsPerProvider: number | null;
  /** Limits of single ones, by name, instead of the general one. */
  readonly repositories: Readonly<Record<string, number>>;
  readonly agents: Readonly<Record<string, number>>;
  readonly providers: Readonly<Record<string, number>>;
}

/** Limits that name no agent, provider or repository. */
export function generalLimits(
  limits: Pick<AdmissionLimits, 'maxRuns' | 'maxRunsPerRepository'>,
): AdmissionLimits {
  const none = {
    maxRunsPerAgent: null,
    maxRunsPerProvider: null,
    repositories: {},
    agents: {},
    providers: {},
  };
  return { ...none, ...limits };
}

/** What the node that decides could take on. */
export interface NodeRoom {
  /** Places without a worker; null: it starts no runs, so its places say nothing. */
  readonly freePlaces: number | null;
  readonly short: readonly ('low-disk' | 'low-memory')[];
}
