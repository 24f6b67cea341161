import { createInterface } from 'node:readline';
import { createAgent } from '../adapters/agent/registry.ts';
import { renderPrompt } from '../config/prompt-templates.ts';
import { adoptMark, endOwnMarked, MARK_NAME } from '../process/end-marked.ts';
import { adoptRootOnlyPaths } from '../process/root-only-paths.ts';
import { runProcess } from '../process/run-process.ts';
import { workerLaunchSchema } from '../protocol/worker.ts';
import { runWorker } from './run-worker.ts';

/**
 * The worker's process: gets ready, reads its launch line from stdin, then works. The end of stdin means the node died; a local worker
 * never outlives its node. Exit code 0: settled. 1: not settled, the node decides what becomes of the run.
 */
async function main(): Promise<void> {
  adoptMark(process.env[MARK_NAME]);
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort(new Error('asked to stop by the node')));
  const lines = createInterface({ input: process.stdin });
  const launched = new Promise<unknown>((resolve) => {
    lines.once('line', (line) => {
      lines.once('close', () => {
        endOwnMarked();
        process.exit(1);
      });
      resolve(JSON.parse(line));
    });
  });
  const endWhileIdle = () => process.exit(0);
  lines.once('close', endWhileIdle);
  warmUp();
  const launch = workerLaunchSchema.parse(await launched);
  if (launch.rootOnlyPaths) adoptRootOnlyPaths(launch.rootOnlyPaths);
  lines.off('close', endWhileIdle);

  const settled = await runWorker({
    launch,
    hostEnvironment: process.env,
    renderPrompt: (name, values) => renderPrompt(launch.prompts, name, values),
    createAgent: (name) => createAgent(name, { hostEnvironment: process.env }),
    stop: stop.signal,
  });
  process.exit(settled ? 0 : 1);
}

/** What the first attempt needs and would otherwise wait for: the small adapters, and the code that only its first use compiles. */
function warmUp(): void {
  workerLaunchSchema.safeParse(EVERY_SCHEMA);
  void runProcess({ argv: ['git', '--version'], cwd: '/', env: {}, limits: WARM_UP_LIMITS });
  for (const name of ['builtin', 'command:/bin/true']) {
    createAgent(name, { hostEnvironment: {} }).catch(() => undefined);
  }
}

const WARM_UP_LIMITS = { timeoutMs: 10_000, killGraceMs: 1_000, maxOutputBytes: 1_000 };
/** No launch, but every object of one is looked at. */
const EVERY_SCHEMA = {
  assignment: {
    spec: { ticket: {}, ladder: [{}], plan: {}, checks: {}, thinking: {}, limits: {} },
    source: {},
    folders: {},
    sandbox: {},
    gateway: {},
  },
};

await main();
