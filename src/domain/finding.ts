/** One thing `doctor` looked at. Start-up refuses with the same words when a finding that it needs has failed. */
export interface Finding {
  /** Stable name: `git`, `node`, `database`, `agent.claude-code`. */
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was found, one sentence. */
  readonly what: string;
  /** Why it is so, or what follows from it; empty when `what` says it all. */
  readonly why: string;
  /** How to mend it; null when there is nothing to mend. */
  readonly next: string | null;
  /** `configuration`: what the user wrote is wrong. `machine`: something is missing here. */
  readonly area: 'configuration' | 'machine';
}
