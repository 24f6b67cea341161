/** The named parts of the pipeline, in order. `prepare` makes the workspace, `test` verifies the attempt's commit. */
export const stages = ['prepare', 'plan', 'implement', 'test', 'deliver'] as const;
export type Stage = (typeof stages)[number];
