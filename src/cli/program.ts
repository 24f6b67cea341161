import { Command } from 'commander';
import { addAgents } from './commands/agents.ts';
import { addAnswer } from './commands/answer.ts';
import { addApprove } from './commands/approve.ts';
import { addAudit } from './commands/audit.ts';
import { addCancel } from './commands/cancel.ts';
import { addChaos } from './commands/chaos.ts';
import { addChecks } from './commands/checks.ts';
import { addClassify } from './commands/classify.ts';
import { addCompletions } from './commands/completions.ts';
import { addConfig } from './commands/config.ts';
import { addDiff } from './commands/diff.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvents } from './commands/events.ts';
import { addKb } from './commands/kb.ts';
import { addLogs } from './commands/logs.ts';
import { addMcp } from './commands/mcp.ts';
import { addModelCalls } from './commands/model-calls.ts';
import { addNodes } from './commands/nodes.ts';
import { addPlan } from './commands/plan.ts';
import { addQueue } from './commands/queue.ts';
import { addReceipt } from './commands/receipt.ts';
import { addReceiptKey } from './commands/receipt-key.ts';
import { addRepositories } from './commands/repositories.ts';
import { addRetry } from './commands/retry.ts';
import { addRollback } from './commands/rollback.ts';
import { addRun } from './commands/run.ts';
import { addRuns } from './commands/runs.ts';
import { addSalvage } from './commands/salvage.ts';
import { addSeen } from './commands/seen.ts';
import { addSendBack } from './commands/send-back.ts';
import { addServe } from './commands/serve.ts';
import { addShow } from './commands/show.ts';
import { addSignIn } from './commands/sign-in.ts';
import { addStatus } from './commands/status.ts';
import { addToken } from './commands/token.ts';
import { addVerify } from './commands/verify.ts';
import { addVerifyReceipt } from './commands/verify-receipt.ts';
import { addVersion } from './commands/version.ts';
import { addWatch } from './commands/watch.ts';
import { addWhy } from './commands/why.ts';
import type { CliContext } from './context.ts';

/** In the order of the help. */
const commands = [
  addRun,
  addStatus,
  addRuns,
  addWatch,
  addQueue,
  addRepositories,
  addAgents,
  addNodes,
  addEvents,
  addShow,
  addLogs,
  addModelCalls,
  addWhy,
  addDiff,
  addPlan,
  addApprove,
  addSendBack,
  addAnswer,
  addCancel,
  addRetry,
  addRollback,
  addSalvage,
  addSeen,
  addKb,
  addVerify,
  addChecks,
  addReceipt,
  addVerifyReceipt,
  addReceiptKey,
  addClassify,
  addDoctor,
  addConfig,
  addServe,
  addSignIn,
  addToken,
  addAudit,
  addMcp,
  addChaos,
  addCompletions,
  addVersion,
];

/** The command line as data: also what docs/reference/cli.md is made from. Commands load their work when they are called. */
export function buildProgram(context: CliContext): Command {
  const program = new Command('runyard')
    .description(
      'Runyard turns a ticket into a verified commit. It never hangs, never loses a run, never lies about a result.',
    )
    .usage('<command> [options]')
    .version(context.version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help for a command')
    .helpCommand('help [command]', 'show help for a command')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.out(text),
      writeErr: (text) => context.terminal.err(text),
      // Errors are printed by main.ts, as what, why, next.
      outputError: () => undefined,
      getOutHelpWidth: () => context.terminal.columns,
    });
  for (const add of commands) add(program, context);
  return program.addHelpText('after', `\n${firstSteps}`);
}

const firstSteps = `First steps:
  runyard doctor                                        is everything there?
  runyard run --repo . --title "..." --model anthropic/claude-sonnet-5
  runyard run --help                                    examples and exit codes of a command`;
