/** Who acts: the owner of the machine (the token of the data folder), an API token, a person who signed in, or a node by itself. */
export const actorKinds = ['owner', 'token', 'session', 'node', 'nobody'] as const;
export type ActorKind = (typeof actorKinds)[number];

/** Through what a request came, as far as it can be told: a session is the dashboard, the other clients name themselves. */
export const originVias = ['api', 'dashboard', 'cli', 'mcp'] as const;
export type OriginVia = (typeof originVias)[number];

/** What became of a privileged operation: it was done, it was refused to this actor, or it could not be done. */
export const auditOutcomes = ['done', 'refused', 'failed'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** D5: a secret this old should be replaced. */
export const rotationDays = 90;
