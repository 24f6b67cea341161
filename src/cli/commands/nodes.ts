import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addNodes(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'nodes',
    summary: 'Show the nodes on this database: which live, what they run, and what they do for all.',
    examples: [
      ['runyard nodes', 'living ones first, then those that stopped or were lost in the last week'],
      ['runyard nodes --json', 'for programs: {"nodes": [...]}'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  }).action((options: CommonOptions) =>
    act(context, options, async () => {
      const { printAnswer } = await import('../print-answer.ts');
      const { renderNodes } = await import('../render/nodes.ts');
      return printAnswer(context, options, {
        ask: ({ api }) => api.views.nodes(),
        render: renderNodes,
        remark: ({ nodes }, { own }) => {
          if (own && nodes.length > 0)
            context.terminal.err('No server works on this data folder now; this command looked itself.');
        },
      });
    }),
  );
}
