/** What a person or a program may do, each role all of the one before: look, decide about runs, manage access and settings. */
export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whether `role` is enough where `needed` is asked for. */
export function mayAct(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
