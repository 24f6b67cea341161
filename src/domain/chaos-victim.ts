/** What `runyard chaos` can hit. */
export const chaosVictims = [
  'worker',
  'server',
  'database',
  'agent',
  'connections',
  'frozen-worker',
  'frozen-server',
] as const;
export type ChaosVictim = (typeof chaosVictims)[number];
