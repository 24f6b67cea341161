import { readFileSync } from 'node:fs';
import { createAgent } from '../../src/adapters/agent/registry.ts';
import type { AgentJob } from '../../src/adapters/agent/types.ts';

/** Runs the job of a file in this process, whose stdin is whatever the test gave it, and prints the result. */
const file = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as AgentJob & { agentName: string };
const agent = await createAgent(file.agentName, { hostEnvironment: process.env });
const result = await agent.run({
  ...file,
  redact: (text) => text,
  signal: new AbortController().signal,
  onActivity: () => undefined,
});
process.stdout.write(JSON.stringify(result));
