import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createClaudeCodeAgent } from '../../src/adapters/agent/claude-code/claude-code-agent.ts';
import { noUsage } from '../../src/domain/usage.ts';
import { connectModel, type ScenarioInput } from './agent-model.ts';
import { createWorld, type WorldOptions } from './agent-world.ts';

const host = { path: process.env['PATH'], executable: null, platform: process.platform, arch: process.arch };

async function worldFor(scenario: ScenarioInput, options: Partial<WorldOptions> = {}) {
  const model = await connectModel(scenario, { mode: options.mode });
  const world = await createWorld({
    createAgent: async () => createClaudeCodeAgent(host),
    model,
    ...options,
  });
  return { ...world, model };
}
const steps = [
  { write: { path: 'a.txt', content: 'a\n' } },
  { run: 'cat a.txt > b.txt' },
  { finish: 'Two files.' },
];

it('O1: what it reports agrees with what the gateway metered', async () => {
  const { agent, job, model, dispose } = await worldFor({ conversations: [{ name: 'c', steps }] });
  try {
    const result = await agent.run(job);
    expect(result).toMatchObject({ status: 'completed', summary: 'Two files.', exitCode: 0 });
    expect(result.sessionId).toMatch(/^[\da-f-]{36}$/);
    const metered = model.calls.map(({ usage }) => usage ?? noUsage);
    const sum = (pick: (usage: (typeof metered)[number]) => number) =>
      metered.reduce((total, usage) => total + pick(usage), 0);
    expect(result.reportedUsage).toEqual({
      inputTokens: sum((usage) => usage.inputTokens),
      outputTokens: sum((usage) => usage.outputTokens),
      cacheReadTokens: sum((usage) => usage.cacheReadTokens),
      cacheWriteTokens: sum((usage) => usage.cacheWriteTokens),
      turns: 3,
    });
    expect(model.calls).toHaveLength(3);
  } finally {
    await dispose();
  }
});

it('asks for the one model its token allows, and nothing else', async () => {
  const { agent, job, model, dispose } = await worldFor({ conversations: [{ name: 'c', steps }] });
  try {
    await agent.run(job);
    const asked = model.model.requests.map(({ method, path, body }) => [
      method,
      path,
      (body as { model: string }).model,
    ]);
    expect(asked).toEqual(asked.map(() => ['POST', '/v1/messages?beta=true', 'claude-sonnet-5']));
  } finally {
    await dispose();
  }
});

it("reads the repository's CLAUDE.md but runs none of its hooks and takes none of its settings", async () => {
  const { agent, job, model, dispose } = await worldFor({ conversations: [{ name: 'c', steps }] });
  try {
    writeFileSync(join(job.workspace, 'CLAUDE.md'), 'Rule of the house: mention the pelican.');
    mkdirSync(join(job.workspace, '.claude'));
    const hooks = {
      SessionStart: [{ hooks: [{ type: 'command', command: `touch ${job.workspace}/hooked` }] }],
    };
    const settings = { hooks, env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' } };
    writeFileSync(join(job.workspace, '.claude/settings.json'), JSON.stringify(settings));
    expect(await agent.run(job)).toMatchObject({ status: 'completed' });
    expect(model.model.requests[0]?.rawBody).toContain('mention the pelican');
    expect(model.model.requests[0]?.rawBody).toContain(job.systemPrompt);
    expect(existsSync(join(job.workspace, 'hooked'))).toBe(false);
  } finally {
    await dispose();
  }
});

it('takes a prompt of one megabyte, which no argument could hold', async () => {
  const { agent, job, model, dispose } = await worldFor({ conversations: [{ name: 'c', steps }] });
  try {
    const prompt = `${'All work and no play. '.repeat(50_000)}The end.`;
    expect(await agent.run({ ...job, prompt })).toMatchObject({ status: 'completed' });
    expect(model.model.requests[0]?.rawBody).toContain('All work and no play. The end.');
    expect(model.model.requests[0]?.rawBody.length).toBeGreaterThan(1_000_000);
  } finally {
    await dispose();
  }
});

it('edits in a weaker sandbox too, where it may run as root', async () => {
  const { agent, job, dispose } = await worldFor(
    { conversations: [{ name: 'c', steps }] },
    { mode: 'pid-namespace' },
  );
  try {
    expect(await agent.run(job)).toMatchObject({ status: 'completed', error: null });
    expect(readFileSync(join(job.workspace, 'b.txt'), 'utf8')).toBe('a\n');
  } finally {
    await dispose();
  }
});
