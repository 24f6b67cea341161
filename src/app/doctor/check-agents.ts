import { createAgent } from '../../adapters/agent/registry.ts';
import type { AgentFacts } from '../../config/preflight.ts';
import { ladderFor } from '../../config/run-spec.ts';
import type { Config } from '../../config/schema.ts';
import { toErrorData } from '../../domain/errors/runyard-error.ts';
import type { Finding } from '../../domain/finding.ts';
import { failure, failureOf, good, warning } from './finding.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the check before a run needs to know of an agent. Throws for a name that does not exist. */
export async function findAgent(name: string, env: Environment): Promise<AgentFacts> {
  const agent = await createAgent(name, { hostEnvironment: env });
  const { available, error } = await agent.detect();
  return { available, protocols: agent.protocols, error };
}

/** The agents that come with Runyard, and those the configuration names. One that is missing matters only if it is named. */
export async function checkAgents(config: Config, env: Environment): Promise<Finding[]> {
  const named = new Set(ladderFor(config).map(({ agent }) => agent));
  const names = new Set(['builtin', 'claude-code', ...named]);
  return Promise.all([...names].map((name) => checkAgent(name, env, named.has(name))));
}

async function checkAgent(name: string, env: Environment, isNamed: boolean): Promise<Finding> {
  const check = `agent ${name}`;
  try {
    const agent = await createAgent(name, { hostEnvironment: env });
    const { available, version, error } = await agent.detect();
    const use = isNamed ? ' It is the configured one.' : '';
    if (available) return good(check, `Found${version ? `, version ${version}` : ''}.${use}`);
    const why = error ? `${error.what} ${error.why}` : 'It was not found.';
    const next = error?.next ?? 'Install it, or choose another agent with --agent.';
    if (isNamed)
      return failure(check, 'It is configured, but it cannot be used.', { why, next, area: 'configuration' });
    return warning(check, 'Not found; no run can use it.', { why, next });
  } catch (error) {
    return failureOf(check, toErrorData(error), 'configuration');
  }
}
