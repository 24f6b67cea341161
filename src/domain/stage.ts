/**
 * The named parts of the pipeline, in order. `prepare` makes the workspace, `test` verifies the attempt's commit, `quality` and
 * `security` have a second agent or model review what passed.
 */
export const stages = ['prepare', 'plan', 'implement', 'test', 'quality', 'security', 'deliver'] as const;
export type Stage = (typeof stages)[number];
