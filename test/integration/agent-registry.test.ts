import { chmodSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createAgent } from '../../src/adapters/agent/registry.ts';
import { connectModel } from './agent-model.ts';
import { createWorld } from './agent-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'runyard-registry-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const clone = fileURLToPath(new URL('../../', import.meta.url));
const hostEnvironment = { PATH: `${folder}:${process.env['PATH']}` };

function program(name: string, script: string, mode = 0o755): string {
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), mode);
  return join(folder, name);
}

describe('the registry of agents', () => {
  it('M10: an unknown name is an error that lists the known ones', async () => {
    await expect(createAgent('codx', { hostEnvironment })).rejects.toMatchObject({
      code: 'agent.not-found',
      fields: { agent: 'codx', known: ['builtin', 'claude-code', 'command:<executable>'] },
    });
    await expect(createAgent('command:', { hostEnvironment })).rejects.toMatchObject({
      code: 'agent.not-found',
    });
  });

  it('finds the agents that are installed, with their versions', async () => {
    program('helper', '#!/bin/sh\n');
    const findings = await Promise.all(
      ['builtin', 'claude-code', 'command:helper'].map(async (name) =>
        (await createAgent(name, { hostEnvironment })).detect(),
      ),
    );
    expect(findings).toMatchObject([
      { agent: 'builtin', available: true, version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      { agent: 'claude-code', available: true, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
      { agent: 'command:helper', available: true, version: null },
    ]);
  });

  it.each([
    ['is not there', () => join(folder, 'nothing'), 'agent.not-installed'],
    ['cannot be executed', () => program('plain', 'text', 0o644), 'agent.not-installed'],
    ['is a folder', () => folder, 'agent.not-installed'],
    ['is named by a relative path', () => './helper', 'agent.not-installed'],
    [
      'does not start',
      () => program('broken', '#!/bin/sh\necho "no libfoo" >&2; exit 127\n'),
      'agent.unusable',
    ],
  ])('M4: says what to install when Claude Code %s', async (_what, executable, code) => {
    const agent = await createAgent('claude-code', { hostEnvironment, claudeCodeExecutable: executable() });
    const finding = await agent.detect();
    expect(finding).toMatchObject({ available: false, version: null, error: { code, kind: 'needs-human' } });
    expect(finding.error?.next).toContain('npm install -g @anthropic-ai/claude-code');
  });

  it('an agent that is missing fails its attempt without a process', async () => {
    const world = await createWorld({
      createAgent: () => createAgent('command:no-such-program', { hostEnvironment }),
      model: null,
    });
    try {
      expect(await world.agent.run(world.job)).toMatchObject({
        status: 'failed',
        error: { code: 'agent.not-installed', fields: { executable: 'no-such-program' } },
      });
      expect(world.survivors()).toEqual([]);
    } finally {
      await world.dispose();
    }
  });

  it('refuses a model whose protocol the agent does not speak', async () => {
    const world = await createWorld({
      createAgent: () => createAgent('claude-code', { hostEnvironment }),
      model: {
        gateway: { url: 'http://127.0.0.1:9', token: 't', modelRef: 'openai/gpt-5.5', protocol: 'openai' },
        bridge: null,
        close: async () => undefined,
      },
    });
    try {
      expect(await world.agent.run(world.job)).toMatchObject({
        status: 'failed',
        error: {
          code: 'agent.protocol-mismatch',
          fields: { modelRef: 'openai/gpt-5.5', speaks: ['anthropic'] },
        },
      });
    } finally {
      await world.dispose();
    }
  });

  it('M3: a program that cannot be started at all says why', async () => {
    const executable = program('bad-interpreter', '#!/no/such/interpreter\n');
    const world = await createWorld({
      createAgent: () => createAgent(`command:${executable}`, { hostEnvironment }),
      model: null,
    });
    try {
      const result = await world.agent.run(world.job);
      expect(result.status).toBe('failed');
      expect(result.error?.code).toMatch(/^agent\.(?:not-started|failed)$/);
      expect(result.error?.why).not.toBe('');
    } finally {
      await world.dispose();
    }
  });

  it.each(['builtin', 'claude-code'])(
    '%s runs although Runyard itself lies in a hidden folder',
    async (name) => {
      const model = await connectModel({
        conversations: [{ name: 'c', steps: [{ run: `ls ${clone} > seen.txt` }, { finish: 'Done.' }] }],
      });
      const world = await createWorld({
        createAgent: () => createAgent(name, { hostEnvironment }),
        model,
        masked: [clone],
      });
      try {
        expect(await world.agent.run(world.job)).toMatchObject({ status: 'completed', error: null });
        const seen = readFileSync(join(world.job.workspace, 'seen.txt'), 'utf8');
        // Only where the sandbox can hide anything at all.
        if (world.job.sandbox.mode === 'bubblewrap') expect(seen).not.toContain('README.md');
      } finally {
        await world.dispose();
      }
    },
  );

  it('an earlier attempt cannot make the host write through a link in the home', async () => {
    const world = await createWorld({
      createAgent: () => createAgent(`command:${program('quiet', '#!/bin/sh\n')}`, { hostEnvironment }),
      model: null,
    });
    try {
      const target = join(folder, 'host-file');
      writeFileSync(target, 'untouched');
      symlinkSync(target, join(world.job.home, 'system-prompt.md'));
      expect(await world.agent.run(world.job)).toMatchObject({ status: 'completed' });
      expect(readFileSync(target, 'utf8')).toBe('untouched');
    } finally {
      await world.dispose();
    }
  });
});
