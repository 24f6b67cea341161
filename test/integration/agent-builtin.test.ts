import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBuiltinAgent } from '../../src/adapters/agent/builtin/builtin-agent.ts';
import { noUsage } from '../../src/domain/usage.ts';
import { createRedactor } from '../../src/lib/redact.ts';
import { connectModel, type ScenarioInput } from './agent-model.ts';
import { createWorld, hostSecrets } from './agent-world.ts';

async function worldFor(scenario: ScenarioInput, protocol: 'anthropic' | 'openai' = 'anthropic') {
  const model = await connectModel(scenario, { protocol });
  const createAgent = async () => createBuiltinAgent({ node: process.execPath });
  return { ...(await createWorld({ createAgent, model })), model };
}
const steps = [
  { list: '.' },
  { read: 'lib/sum.js' },
  { edit: { path: 'lib/sum.js', find: 'a - b', replace: 'a + b' } },
  { search: 'a \\+ b' },
  { run: 'cat lib/sum.js' },
  { finish: 'The sum adds now.' },
];

describe('the built-in agent', () => {
  it.each(['anthropic', 'openai'] as const)(
    'M10: does a ticket with all its tools over the %s protocol',
    async (protocol) => {
      const { agent, job, model, activities, dispose } = await worldFor(
        { conversations: [{ name: 'c', steps }] },
        protocol,
      );
      try {
        mkdirSync(join(job.workspace, 'lib'));
        writeFileSync(join(job.workspace, 'lib/sum.js'), 'export const sum = (a, b) => a - b;\n');
        const result = await agent.run(job);
        expect(result).toMatchObject({
          status: 'completed',
          error: null,
          summary: 'The sum adds now.',
          exitCode: 0,
        });
        expect(readFileSync(join(job.workspace, 'lib/sum.js'), 'utf8')).toBe(
          'export const sum = (a, b) => a + b;\n',
        );
        expect(model.calls).toHaveLength(6);
        const results = activities
          .filter(({ kind }) => kind === 'tool-result')
          .map(({ name, text }) => [name, text]);
        expect(results).toEqual([
          ['list_files', 'lib/\nlib/sum.js'],
          ['read_file', '1\texport const sum = (a, b) => a - b;'],
          ['edit_file', 'Replaced 1 place in lib/sum.js.'],
          ['search', 'lib/sum.js:1:export const sum = (a, b) => a + b;'],
          ['run_command', expect.stringMatching(/^Exit code 0 after .* s\.\nexport const sum/)],
          ['finish', 'Finished.'],
        ]);
      } finally {
        await dispose();
      }
    },
  );

  it('O1: the usage it reports is the sum of what the gateway metered', async () => {
    const { agent, job, model, dispose } = await worldFor({
      conversations: [{ name: 'c', steps: [{ list: '.' }, ...steps.slice(-1)] }],
    });
    try {
      const { reportedUsage } = await agent.run(job);
      const metered = model.calls.map(({ usage }) => usage ?? noUsage);
      expect(reportedUsage?.outputTokens).toBe(
        metered.reduce((total, usage) => total + usage.outputTokens, 0),
      );
      expect(reportedUsage?.inputTokens).toBe(metered.reduce((total, usage) => total + usage.inputTokens, 0));
      expect(reportedUsage?.turns).toBe(2);
    } finally {
      await dispose();
    }
  });

  it('M8: what was sent once is sent again byte for byte, and marked as cacheable', async () => {
    const { agent, job, model, dispose } = await worldFor({
      conversations: [{ name: 'c', steps: [{ list: '.' }, { run: 'true' }, { finish: 'Done.' }] }],
    });
    try {
      await agent.run(job);
      const bodies = model.model.requests.map(
        ({ body }) => withoutCacheMarks(body) as { messages: unknown[] },
      );
      expect(bodies).toHaveLength(3);
      for (const [index, body] of bodies.entries()) {
        const next = bodies[index + 1];
        if (!next) continue;
        const { messages, ...prefix } = body;
        const { messages: nextMessages, ...nextPrefix } = next;
        expect(JSON.stringify(nextPrefix)).toBe(JSON.stringify(prefix));
        expect(JSON.stringify(nextMessages.slice(0, messages.length))).toBe(JSON.stringify(messages));
      }
      expect(model.model.requests[0]?.rawBody).toContain('"cache_control":{"type":"ephemeral"}');
    } finally {
      await dispose();
    }
  });

  it("its commands do not get the gateway's token", async () => {
    const { agent, job, dispose } = await worldFor({
      conversations: [{ name: 'c', steps: [{ run: 'env > environment.txt' }, { finish: 'Done.' }] }],
    });
    try {
      expect(await agent.run(job)).toMatchObject({ status: 'completed' });
      const environment = readFileSync(join(job.workspace, 'environment.txt'), 'utf8');
      expect(environment).not.toContain('RUNYARD_');
      expect(environment).not.toContain(job.gateway?.token);
      expect(Object.values(hostSecrets).filter((secret) => environment.includes(secret))).toEqual([]);
    } finally {
      await dispose();
    }
  });

  it('M1: a model that only talks is asked once to finish, then it is a failure', async () => {
    const { agent, job, model, dispose } = await worldFor({
      conversations: [{ name: 'c', match: { tools: true }, steps: [{ text: 'I would change it.' }] }],
    });
    try {
      expect(await agent.run(job)).toMatchObject({ status: 'failed', error: { code: 'agent.unfinished' } });
      expect(model.calls).toHaveLength(2);
      expect(model.model.requests[1]?.rawBody).toContain('call finish');
    } finally {
      await dispose();
    }
  });

  it('M1: an answer cut at the output limit is a failure, not a shorter answer', async () => {
    const { agent, job, dispose } = await worldFor({
      conversations: [
        {
          name: 'c',
          steps: [{ write: { path: 'a', content: 'half' }, fault: { kind: 'length', times: 'always' } }],
        },
      ],
    });
    try {
      expect(await agent.run(job)).toMatchObject({
        status: 'failed',
        error: { code: 'agent.model-error', fields: { code: 'model.output-limit' } },
      });
    } finally {
      await dispose();
    }
  });

  it('D5: secrets are taken out of what it says, without tearing its events apart', async () => {
    const secret = 'registry-password-0123456789';
    const summary = `Look at http://127.0.0.1:3000,"a":"b@c and -----BEGIN PRIVATE KEY----- and ${secret}`;
    const { agent, job, activities, dispose } = await worldFor({
      conversations: [{ name: 'c', steps: [{ run: `echo ${secret}` }, { finish: summary }] }],
    });
    try {
      const result = await agent.run({ ...job, redact: createRedactor([secret]) });
      expect(result).toMatchObject({ status: 'completed', error: null });
      expect(JSON.stringify([result, activities])).not.toContain(secret);
      expect(activities.find(({ kind }) => kind === 'tool-result')?.text).toContain('[redacted]');
    } finally {
      await dispose();
    }
  });

  it('M7: thinks within its budget, and sends its thoughts back as they came', async () => {
    const { agent, job, model, activities, dispose } = await worldFor({
      conversations: [{ name: 'c', steps: [{ thinking: 'Let me look.', list: '.' }, { finish: 'Done.' }] }],
    });
    try {
      expect(await agent.run({ ...job, thinkingTokens: 8_000 })).toMatchObject({ status: 'completed' });
      expect(model.model.requests[0]?.body).toMatchObject({ thinking: { type: 'adaptive' } });
      expect(activities[0]).toEqual({ kind: 'thinking', name: null, text: 'Let me look.' });
      expect(model.model.requests[1]?.rawBody).toContain('"signature":"');
    } finally {
      await dispose();
    }
  });

  it('takes a prompt of one megabyte', async () => {
    const { agent, job, model, dispose } = await worldFor({
      conversations: [{ name: 'c', steps: [{ finish: 'Read.' }] }],
    });
    try {
      const prompt = `${'All work and no play. '.repeat(50_000)}The end.`;
      writeFileSync(job.promptFile, prompt);
      expect(await agent.run({ ...job, prompt })).toMatchObject({ status: 'completed', summary: 'Read.' });
      expect(model.model.requests[0]?.rawBody).toContain('no play. The end.');
    } finally {
      await dispose();
    }
  });
});

function withoutCacheMarks(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === 'cache_control' ? undefined : inner)),
  );
}
