import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';

export function addAgents(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'agents',
    summary:
      'Show agents, provider accounts and models: which can be used, and what is left alone until when.',
    examples: [
      ['runyard agents', 'versions, runs, what is parked, and when it is tried again'],
      ['runyard agents --json', 'for programs: {"agents": [...], "providers": [...]}'],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  }).action((options: CommonOptions) =>
    act(context, options, async () => {
      const { printAnswer } = await import('../print-answer.ts');
      const { renderAgents } = await import('../render/agents.ts');
      return printAnswer(context, options, {
        ask: async ({ api }) => {
          const [agents, providers] = await Promise.all([api.views.agents(), api.views.providers()]);
          return { ...agents, ...providers };
        },
        render: renderAgents,
      });
    }),
  );
}
