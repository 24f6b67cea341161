import { type Command, Option } from 'commander';
import type { Priority } from '../../domain/run.ts';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import type { RunOptions } from '../start-run.ts';

// Written out, so that the help does not load the schemas; the type keeps it equal to the domain's.
const priorities = ['urgent', 'high', 'normal', 'low'] as const satisfies readonly Priority[];

export function addRun(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'run',
    summary: 'Turn a ticket into a verified commit on a branch of a repository.',
    description:
      'Plans, lets an agent implement, runs the checks of the repository on a clean copy of the commit, tries again when they fail, and ' +
      'delivers the commit as a branch. Your own checkout is not touched. Uses a running server of the same data folder, or runs its own ' +
      'control plane for as long as it lasts. Ctrl-C cancels the run.',
    examples: [
      [
        'runyard run --repo . --title "slugify drops digits" --model anthropic/claude-sonnet-5',
        'plan, implement, verify, deliver a branch',
      ],
      [
        'runyard run --repo . --ticket-file ticket.md --approve-plan',
        'stop after planning (exit code 3) until you approve the plan',
      ],
      [
        'runyard run --repo git@example.com:team/app.git --title "Add a health route" --agent claude-code',
        'a remote repository, with Claude Code',
      ],
      [
        'runyard run --repo . --title "Sort imports" --agent command:./fix.sh --no-plan',
        'any program as the agent; no model needed',
      ],
    ],
    exits: ['succeeded', 'failed', 'waiting', 'refused', 'timedOut', 'cancelled'],
  })
    .requiredOption('--repo <path|url>', 'the repository: a folder, or a URL git understands')
    .option('--title <text>', 'what should be different afterwards, in a line')
    .option('--ticket-file <file>', 'the ticket as text or Markdown ("-" reads standard input)')
    .option('--ticket <key>', 'the key of the ticket in your tracker, for names and messages')
    .option('--base <revision>', 'branch, tag or commit to start from (default: HEAD of the repository)')
    .option('--agent <agent>', 'builtin, claude-code or command:<executable>')
    .option('--model <provider/model>', 'the model that implements, and plans unless models.plan is set')
    .option('--no-plan', 'implement without a plan')
    .option('--approve-plan', 'wait for "runyard approve" after planning')
    .option(
      '--no-checks',
      'run no checks; the result is unverified, and waits for you unless --allow-unverified is given too',
    )
    .option('--allow-unverified', 'deliver also when no check could run')
    .addOption(new Option('--priority <priority>', 'place in the queue').choices(priorities))
    .option('--idempotency-key <key>', 'the same key makes one run, however often it is sent')
    .action((options: RunOptions & CommonOptions) =>
      act(context, options, async () => (await import('../start-run.ts')).startRun(context, options)),
    );
}
