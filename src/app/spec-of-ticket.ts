import type { SubmittedTicket } from '../api/contract.ts';
import { runSpecFrom } from '../config/run-spec.ts';
import type { Config } from '../config/schema.ts';
import type { RunSpec } from '../domain/run.ts';

/** What a ticket asks for, with the ladder, the checks and the limits of the configuration. */
export function specOfTicket(config: Config, ticket: SubmittedTicket): RunSpec {
  const { repository, base, agent, model, priority, plan, key, title, body } = ticket;
  return runSpecFrom(
    config,
    { repository, base, agent, model, priority, planMode: plan },
    { key, title, body },
  );
}
