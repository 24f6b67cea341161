import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Arrangement } from '../../src/adapters/agent/contract.ts';
import type { AgentActivity, AgentAdapter, AgentJob, AgentResult } from '../../src/adapters/agent/types.ts';
import type { SandboxMode } from '../../src/domain/sandbox.ts';
import { newId } from '../../src/lib/ids.ts';
import { createRedactor } from '../../src/lib/redact.ts';
import { childEnvironment } from '../../src/process/child-environment.ts';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import { runProcess } from '../../src/process/run-process.ts';
import type { ModelAccess } from './agent-model.ts';

/** What stands in the host's environment and must never reach an agent. */
export const hostSecrets = {
  ANTHROPIC_API_KEY: 'sk-ant-host-key-0123456789',
  OPENAI_API_KEY: 'sk-host-key-0123456789abcdef',
  RUNYARD_WORKER_TOKEN: 'ryw_worker-token-0123456789',
  GITHUB_TOKEN: 'ghp_0123456789abcdefghijklmnopqrst',
  DATABASE_URL: 'postgres://runyard:database-password@db/runyard',
};

/** Marks every process of a job, so that survivors are found wherever they went. */
const MARK = 'AGENT_TEST_MARK';

export interface WorldOptions {
  readonly createAgent: (folder: string) => Promise<AgentAdapter>;
  readonly model: Pick<ModelAccess, 'gateway' | 'bridge' | 'close'> | null;
  readonly limits?: Partial<AgentJob['limits']>;
  /** Absent: the strongest that works here. */
  readonly mode?: SandboxMode;
  readonly masked?: readonly string[];
}

const usualLimits: AgentJob['limits'] = {
  attemptMs: 90_000,
  silenceMs: 60_000,
  killGraceMs: 1_000,
  modelCallMs: 60_000,
  turns: 20,
};

/** Folders, sandbox and job as a worker makes them, in a temporary folder of its own. */
export async function createWorld(options: WorldOptions): Promise<Arrangement> {
  const { createAgent, model, limits } = options;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'runyard-agent-')));
  const workspace = join(folder, 'checkout');
  const home = join(folder, 'home');
  const promptFile = join(folder, 'prompt.md');
  mkdirSync(workspace);
  mkdirSync(home);
  const prompt = 'Write hello.txt with the word hello.';
  writeFileSync(promptFile, prompt);
  const mark = newId();
  const halt = new AbortController();
  const activities: AgentActivity[] = [];
  const mode = options.mode ?? (await detectSandbox()).mode;
  const job: AgentJob = {
    runId: newId(),
    attempt: 1,
    workspace,
    home,
    systemPrompt: 'You are an agent in a test.',
    prompt,
    promptFile,
    gateway: model?.gateway ?? null,
    thinkingTokens: 0,
    limits: { ...usualLimits, ...limits },
    sandbox: {
      mode,
      writable: [workspace, home],
      readable: [promptFile],
      masked: options.masked ?? [],
      network: mode === 'bubblewrap' ? 'none' : 'host',
      bridges: model?.bridge ? [model.bridge] : [],
    },
    baseEnvironment: childEnvironment({ ...process.env, ...hostSecrets }, { home, extra: { [MARK]: mark } }),
    redact: createRedactor(),
    signal: halt.signal,
    onActivity: (activity) => void activities.push(activity),
  };
  const agent = await createAgent(folder);
  return {
    agent,
    job,
    activities,
    runWithOpenStdin: () => runWithOpenStdin({ agentName: agent.name, job, folder }),
    stop: (reason) => halt.abort(reason),
    survivors: () => processesMarked(mark),
    async dispose() {
      halt.abort('the test is over');
      await model?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function processesMarked(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readProc(name, 'environ').includes(`${MARK}=${mark}`))
    .map((pid) => `${pid} ${readProc(pid, 'cmdline').replaceAll('\0', ' ')}`);
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

interface ForeignRun {
  readonly agentName: string;
  readonly job: AgentJob;
  readonly folder: string;
}

/** A parent like a service manager that leaves its own stdin open for ever: the FIFO is held open for writing by this process. */
async function runWithOpenStdin({ agentName, job, folder }: ForeignRun): Promise<AgentResult> {
  const fifo = join(folder, 'stdin');
  const limits = { timeoutMs: 5_000, killGraceMs: 100, maxOutputBytes: 1_000 };
  await runProcess({ argv: ['mkfifo', fifo], cwd: folder, env: { PATH: process.env['PATH'] ?? '' }, limits });
  await using stdin = await open(fifo, 'r+');
  const jobFile = join(folder, 'job.json');
  writeFileSync(jobFile, JSON.stringify({ ...job, agentName }));
  const driver = fileURLToPath(new URL('./agent-driver.ts', import.meta.url));
  const child = spawn(process.execPath, [driver, jobFile], {
    stdio: [stdin.fd, 'pipe', 'inherit'],
    timeout: 100_000,
  });
  if (!child.stdout) throw new Error('the driver has no stdout');
  return JSON.parse(await text(child.stdout)) as AgentResult;
}
