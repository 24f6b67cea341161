import { afterEach, describe, expect, it } from 'vitest';
import { parseScenario, type ScenarioInput } from './scenario.ts';
import { type ScriptedModel, startScriptedModel } from './server.ts';

let model: ScriptedModel | null = null;
afterEach(async () => {
  await model?.close();
  model = null;
});

async function start(scenario: ScenarioInput): Promise<ScriptedModel> {
  model = await startScriptedModel(scenario);
  return model;
}

const builtinTools = [
  tool('write_file', { path: 'string', content: 'string' }),
  tool('run_command', { command: 'string', timeoutSeconds: 'integer' }),
  tool('finish', { summary: 'string' }),
];

function tool(name: string, fields: Record<string, string>) {
  const properties = Object.fromEntries(Object.entries(fields).map(([field, type]) => [field, { type }]));
  return { name, input_schema: { type: 'object', properties, required: Object.keys(fields) } };
}

async function ask(url: string, body: Record<string, unknown>) {
  const response = await fetch(`${url}/v1/messages?beta=true`, {
    method: 'POST',
    headers: { 'x-api-key': 'k', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', max_tokens: 100, ...body }),
  });
  return { status: response.status, json: JSON.parse(await response.text()) };
}

async function askOpenai(url: string, body: Record<string, unknown>) {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', ...body }),
  });
  return { status: response.status, text: await response.text() };
}

const results = (count: number) => [
  { role: 'user', content: 'go' },
  ...Array.from({ length: count }, (_, index) => ({
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: `t${index}`, content: 'ok' }],
  })),
];

const edits: ScenarioInput = {
  conversations: [
    { name: 'plan', match: { system: 'planner', tools: false }, steps: [{ json: { summary: 'a plan' } }] },
    {
      name: 'healing',
      match: { firstUser: /failed/ },
      steps: [{ write: { path: 'a.txt', content: '2' } }, { finish: 'Mended.' }],
    },
    {
      name: 'first try',
      steps: [
        { say: 'Writing.', write: { path: 'a.txt', content: '1' } },
        { run: 'npm test' },
        { finish: 'Done.' },
      ],
    },
  ],
};

describe('scripted model', () => {
  it('plays the step that the number of tool results names, however often it is asked', async () => {
    const { url } = await start(edits);
    const turn = (count: number) => ask(url, { messages: results(count), tools: builtinTools });
    for (const _ of [1, 2]) {
      expect((await turn(0)).json).toMatchObject({
        stop_reason: 'tool_use',
        content: [
          { type: 'text', text: 'Writing.' },
          { type: 'tool_use', name: 'write_file', input: { path: 'a.txt', content: '1' } },
        ],
      });
    }
    expect((await turn(1)).json.content[0].input).toEqual({ command: 'npm test', timeoutSeconds: 1 });
    expect((await turn(2)).json.content[0]).toMatchObject({ name: 'finish', input: { summary: 'Done.' } });
  });

  it('tells planning, first attempt, healing and side requests apart', async () => {
    const { url, requests } = await start(edits);
    const plan = await ask(url, { system: 'You are a planner', messages: [{ role: 'user', content: 'x' }] });
    expect(JSON.parse(String(plan.json.content[0].text))).toEqual({ summary: 'a plan' });
    await ask(url, { messages: [{ role: 'user', content: 'title, please' }] });
    await ask(url, { messages: [{ role: 'user', content: 'attempt 1 failed' }], tools: builtinTools });
    await ask(url, { messages: results(0), tools: builtinTools });
    expect(requests.map(({ conversation }) => conversation)).toEqual([
      'plan',
      'side request',
      'healing',
      'first try',
    ]);
  });

  it("maps the same actions to Claude Code's tools, with absolute names", async () => {
    const { url } = await start(edits);
    const tools = [
      tool('Write', { file_path: 'string', content: 'string' }),
      tool('Bash', { command: 'string' }),
    ];
    const turn = (count: number) =>
      ask(url, { system: 'Working directory: /work/x\n', messages: results(count), tools });
    expect((await turn(0)).json.content[1]).toMatchObject({
      name: 'Write',
      input: { file_path: '/work/x/a.txt' },
    });
    expect((await turn(1)).json.content[0]).toMatchObject({ name: 'Bash', input: { command: 'npm test' } });
    expect((await turn(2)).json).toMatchObject({
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: 'Done.' }],
    });
  });

  it('speaks OpenAI Chat Completions, streaming and not, with usage when asked for', async () => {
    const { url } = await start(edits);
    const tools = [
      { type: 'function', function: { name: 'write_file', parameters: builtinTools[0]?.input_schema } },
    ];
    const whole = await askOpenai(url, { messages: [{ role: 'user', content: 'go' }], tools });
    const call = JSON.parse(whole.text).choices[0].message.tool_calls[0];
    expect(JSON.parse(String(call.function.arguments))).toEqual({ path: 'a.txt', content: '1' });
    const messages = [{ role: 'user', content: 'go' }];
    const stream = await askOpenai(url, {
      messages,
      tools,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(stream.text).toContain('"finish_reason":"tool_calls"');
    expect(stream.text).toContain('"prompt_tokens"');
    expect(stream.text.endsWith('data: [DONE]\n\n')).toBe(true);
    const without = await askOpenai(url, { messages, tools, stream: true });
    expect(without.text).not.toContain('"prompt_tokens"');
  });

  it('counts a byte-identical prefix as read from the cache the second time', async () => {
    const { url } = await start(edits);
    const system = (text: string) => [{ type: 'text', text, cache_control: { type: 'ephemeral' } }];
    const usage = async (text: string): Promise<Record<string, number>> => {
      const { json } = await ask(url, { system: system(text), messages: [{ role: 'user', content: 'x' }] });
      return json.usage as Record<string, number>;
    };
    const first = await usage('a'.repeat(4000));
    expect(first).toMatchObject({ cache_read_input_tokens: 0 });
    expect(first['cache_creation_input_tokens']).toBeGreaterThan(1000);
    expect(await usage('a'.repeat(4000))).toMatchObject({
      cache_read_input_tokens: first['cache_creation_input_tokens'],
      cache_creation_input_tokens: 0,
    });
    expect(await usage(`b${'a'.repeat(3999)}`)).toMatchObject({ cache_read_input_tokens: 0 });
  });

  it('refuses other keys and unknown models in the words of the provider', async () => {
    const { url } = await start({ expectKey: 'right', models: ['m1'] });
    expect(await ask(url, { messages: results(0) })).toMatchObject({
      status: 401,
      json: { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } },
    });
    const other = await startScriptedModel({ models: ['m1'] });
    expect(await askOpenai(other.url, { messages: [{ role: 'user', content: 'x' }] })).toMatchObject({
      status: 404,
      text: expect.stringContaining('model_not_found'),
    });
    await other.close();
  });

  it('strikes with a fault as often as the scenario says', async () => {
    const fault = { kind: 'status', status: 429, headers: { 'retry-after': '7' }, times: 2 } as const;
    const { url } = await start({ conversations: [{ name: 'a', steps: [{ text: 'hi', fault }] }] });
    const statuses = [];
    for (const _ of [1, 2, 3]) statuses.push((await ask(url, { messages: results(0) })).status);
    expect(statuses).toEqual([429, 429, 200]);
  });

  it('names every broken place of a scenario', () => {
    const broken = { conversations: [{ name: 'a', steps: [{ write: { path: 'x' }, run: 'y' }] }], colour: 1 };
    expect(() => parseScenario(broken)).toThrow(/conversations\.0\.steps\.0\.write\.content/);
    expect(() => parseScenario(broken)).toThrow(/colour/);
    expect(() => parseScenario({ conversations: [{ name: 'a', steps: [{ run: 'x', text: 'y' }] }] })).toThrow(
      /exactly one of/,
    );
  });
});
