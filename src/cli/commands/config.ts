import type { Command } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import { exitCodes } from '../exit-codes.ts';

export function addConfig(program: Command, context: CliContext): void {
  const config = program
    .command('config')
    .summary('Look at the settings.')
    .description('Look at the settings.');
  defineCommand(config, {
    usage: 'show',
    summary: 'Show every setting, its value and where the value comes from.',
    description:
      'Secrets are masked. What counts more stands first: flags, environment, .env, ./runyard.yaml, your own runyard.yaml (in the data ' +
      'folder or ~/.config/runyard), defaults. See docs/reference/configuration.md.',
    examples: [
      ['runyard config show', 'all settings'],
      ['runyard config show --changed', 'only those that differ from the defaults'],
      ['runyard config show --json', 'for programs: {"files": [...], "settings": [...]}'],
    ],
    exits: ['succeeded'],
  })
    .option('--changed', 'only settings that something sets')
    .action((options: CommonOptions & { changed?: true }) =>
      act(context, options, async () => {
        const { loadSettings } = await import('../load-settings.ts');
        const { showConfig } = await import('../../config/show-config.ts');
        const { renderConfig } = await import('../render/config.ts');
        const loaded = await loadSettings(context, options);
        const settings = showConfig(loaded).filter(({ source }) => !options.changed || source !== 'default');
        const { terminal } = context;
        if (options.json)
          terminal.out(JSON.stringify({ files: loaded.files, warnings: loaded.warnings, settings }));
        else terminal.out(renderConfig(loaded.files, settings, terminal.style));
        return exitCodes.succeeded.code;
      }),
    );
}
