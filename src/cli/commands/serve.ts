import { type Command, InvalidArgumentError } from 'commander';
import { act } from '../act.ts';
import type { CliContext } from '../context.ts';
import { type CommonOptions, defineCommand } from '../define-command.ts';
import type { ServeOptions } from '../serve.ts';

export function addServe(program: Command, context: CliContext): void {
  defineCommand(program, {
    usage: 'serve',
    summary: 'Run the control plane until it is told to end.',
    description:
      'The other commands of the same data folder use it by themselves. TERM or Ctrl-C ends it: nothing new is accepted, and the runs in flight ' +
      'may end, for as long as server.drainMs or --drain says. At that limit, or at a second signal, their work is saved and they are handed over: ' +
      'they resume from the last checkpoint when a control plane runs again. A third signal leaves at once.',
    examples: [
      ['runyard serve', 'on a free port of this machine'],
      ['runyard serve --port 7420', 'on a fixed port'],
      ['runyard serve --drain 10m', 'when told to end, lets runs go on for up to ten minutes'],
      ['runyard serve --data-dir /srv/runyard --json', 'log lines as JSON'],
    ],
    exits: ['succeeded', 'failed'],
  })
    .option('--host <address>', 'address to listen on (server.host)')
    .option('--port <port>', 'port to listen on, 0 for a free one (server.port)', parsePort)
    .option('--drain <time>', 'how long runs may go on once it is told to end (server.drainMs)')
    .action((options: ServeOptions & CommonOptions) =>
      act(context, options, async () => (await import('../serve.ts')).serve(context, options)),
    );
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}
