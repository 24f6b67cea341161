import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBuiltinAgent } from '../../src/adapters/agent/builtin/builtin-agent.ts';
import { createClaudeCodeAgent } from '../../src/adapters/agent/claude-code/claude-code-agent.ts';
import { createCommandAgent } from '../../src/adapters/agent/command/command-agent.ts';
import {
  type AgentContractSetup,
  type Behaviour,
  describeAgentContract,
} from '../../src/adapters/agent/contract.ts';
import type { AgentAdapter } from '../../src/adapters/agent/types.ts';
import type { SandboxMode } from '../../src/domain/sandbox.ts';
import { connectModel, type ScenarioInput } from './agent-model.ts';
import { createWorld, hostSecrets } from './agent-world.ts';

const path = process.env['PATH'];
/** A blocker that no agent refuses, unlike sleep. */
const forever = 'sleep 300';
const write = { write: { path: 'hello.txt', content: 'hello\n' } };
const finish = { finish: 'Wrote hello.txt.' };
const secrets = Object.values(hostSecrets);

const steps: Partial<Record<Behaviour, NonNullable<ScenarioInput['conversations']>[number]['steps']>> = {
  edits: [write, finish],
  'reads-stdin': [{ run: 'cat > /dev/null' }, write, finish],
  'holds-stdout': [{ run: `setsid ${forever} > /proc/$PPID/fd/1 2>&1 < /dev/null &` }, write, finish],
  'never-ends': [{ ...finish, fault: { kind: 'hang', times: 'always' } }],
  silent: [{ ...finish, fault: { kind: 'hang', times: 'always' } }],
  'tool-runs': [{ run: `touch started; ${forever}` }, finish],
  'prints-environment': [{ run: `(env; tr '\\0' '\\n' < /proc/$PPID/environ) > environment.txt` }, finish],
  'model-401': [{ ...finish, fault: { kind: 'status', status: 401, times: 'always' } }],
  'model-500': [{ ...finish, fault: { kind: 'status', status: 500, times: 'always' } }],
  'model-cut': [{ ...finish, fault: { kind: 'truncated', times: 'always' } }],
  'model-empty': [{ ...finish, fault: { kind: 'empty', times: 'always' } }],
  'tool-loop': Array.from({ length: 12 }, (_, i) => ({ run: `echo ${i}` })),
};

/** A program that stands where the agent's own should be, for what the real one cannot be made to do. */
function standIn(folder: string, script: string): string {
  const file = join(folder, 'stand-in');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const crash = 'echo "I am out of ideas" >&2; exit 3';
const noUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, turns: 1 };
const builtinEnd = JSON.stringify({ type: 'end', summary: 'Done.', usage: noUsage, error: null });

describeAgentContract(
  'builtin',
  scripted({
    agent: async (folder, behaviour) => {
      const scripts: Partial<Record<Behaviour, string>> = {
        lingers: `echo hello > hello.txt; echo '${builtinEnd}'; exec ${forever}`,
        // Its own watch over the model would end first, so here the program itself hangs.
        silent: `exec ${forever}`,
        'exits-0-early': 'exit 0',
        crashes: crash,
      };
      const script = scripts[behaviour];
      return createBuiltinAgent({ node: script === undefined ? process.execPath : standIn(folder, script) });
    },
    steps,
  }),
);

describeAgentContract(
  'claude-code',
  scripted({
    agent: async (folder, behaviour) => {
      const scripts: Partial<Record<Behaviour, string>> = { 'exits-0-early': 'exit 0', crashes: crash };
      const script = scripts[behaviour];
      const executable = script === undefined ? null : standIn(folder, script);
      return createClaudeCodeAgent({ path, executable, platform: process.platform, arch: process.arch });
    },
    steps: {
      ...steps,
      // A background task keeps the real binary alive after its result.
      lingers: [
        { tool: { name: 'Bash', input: { command: forever, run_in_background: true } } },
        write,
        finish,
      ],
    },
  }),
);

const programs: Partial<Record<Behaviour, string>> = {
  edits: 'cat "$RUNYARD_PROMPT_FILE"; echo hello > hello.txt',
  'reads-stdin': 'cat; echo hello > hello.txt; echo done',
  'holds-stdout': `setsid ${forever} & echo hello > hello.txt; echo done`,
  'never-ends': 'while :; do echo working; sleep 0.2; done',
  silent: `exec ${forever}`,
  'tool-runs': `echo begun; touch started; setsid ${forever} & ${forever}`,
  'prints-environment': 'env > environment.txt',
  crashes: crash,
};
const usesNoModel = 'the program is not told which model to use; what its own model does is its own affair';

function command(mode?: SandboxMode): AgentContractSetup {
  return {
    secrets,
    harmless: [],
    notApplicable: {
      lingers: 'it has no final event: its exit is its end',
      'exits-0-early': 'it has no final event: exit code 0 means done',
      'tool-loop': 'Runyard does not see its turns',
      'no-gateway': 'it needs no model',
      'model-401': usesNoModel,
      'model-500': usesNoModel,
      'model-cut': usesNoModel,
      'model-empty': usesNoModel,
    },
    async arrange(behaviour, limits) {
      const program = programs[behaviour] ?? 'exit 0';
      return createWorld({
        createAgent: async (folder) => createCommandAgent({ executable: standIn(folder, program), path }),
        model: behaviour === 'prints-environment' ? await connectModel({}, { mode }) : null,
        ...(limits ? { limits } : {}),
        ...(mode ? { mode } : {}),
      });
    },
  };
}

describeAgentContract('command', command());
// Nothing but Runyard itself ends what the agent leaves behind here.
describeAgentContract('command without a sandbox', command('none'));

interface ScriptedSetup {
  readonly agent: (folder: string, behaviour: Behaviour) => Promise<AgentAdapter>;
  readonly steps: typeof steps;
}

function scripted(setup: ScriptedSetup): AgentContractSetup {
  return {
    secrets,
    // Claude Code makes a random one for the tools of a session; it opens nothing outside its own scratch folder.
    harmless: ['CLAUDE_CODE_MESSAGING_TOKEN'],
    notApplicable: {},
    async arrange(behaviour, limits) {
      const conversation = { name: behaviour, steps: setup.steps[behaviour] ?? [write, finish] };
      return createWorld({
        createAgent: (folder) => setup.agent(folder, behaviour),
        model: behaviour === 'no-gateway' ? null : await connectModel({ conversations: [conversation] }),
        ...(limits ? { limits } : {}),
      });
    },
  };
}
