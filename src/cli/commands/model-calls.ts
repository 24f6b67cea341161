import type { Command } from 'commander';
import { mostModelCallsPerPage } from '../../api/contract.ts';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { countUpTo } from '../parse-count.ts';

interface ModelCallsOptions extends CommonOptions {
  readonly limit: number;
  readonly after?: string;
}

export function addModelCalls(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'model-calls <run>',
    summary: 'List the model calls of a run, with the tokens, cache share and cost of each and of all.',
    examples: [
      ['runyard model-calls 4k2j', 'the oldest first'],
      [
        'runyard model-calls 4k2j --limit 500 --json',
        'for programs: {"calls": [...], "next": ..., "total": {...}}',
      ],
    ],
    exits: ['succeeded', 'failed', 'cancelled'],
  })
    .option('--limit <count>', 'at most so many', countUpTo(mostModelCallsPerPage), 100)
    .option('--after <call>', 'the page after this call')
    .action((id: string, options: ModelCallsOptions) =>
      act(context, options, async () => {
        const { printAnswer } = await import('../print-answer.ts');
        const { renderModelCalls } = await import('../render/model-calls.ts');
        const { terminal } = context;
        const { limit, after } = options;
        return printAnswer(context, options, {
          ask: ({ api }) => api.views.modelCalls(id, { limit, ...(after === undefined ? {} : { after }) }),
          render: renderModelCalls,
          remark: ({ next }) => {
            if (next !== null) terminal.err(terminal.style.dim(`Later ones: --after ${next}`));
          },
        });
      }),
    );
}
