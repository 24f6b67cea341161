import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addMcp(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'mcp',
    summary:
      'Serve the Model Context Protocol on stdin and stdout, for coding tools that start their servers themselves.',
    description:
      'Uses a running server of the same data folder, or runs its own control plane until the client closes stdin; unfinished runs of that one ' +
      'resume when a control plane runs again. A running server answers at /mcp too, with a token. See docs/mcp.md.',
    examples: [
      ['runyard mcp', 'what Claude Code starts after: claude mcp add runyard -- runyard mcp'],
      ['runyard mcp --data-dir /srv/runyard', 'for the data folder of another server'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  }).action((options: CommonOptions) =>
    act(context, options, async () => (await import('../mcp.ts')).serveMcp(context, options)),
  );
}
