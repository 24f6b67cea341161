/** Where a line of a log comes from. */
export const logSources = ['agent', 'checks', 'run'] as const;
export type LogSource = (typeof logSources)[number];
