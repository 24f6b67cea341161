import type { Command } from 'commander';
import { commandTexts } from '../../src/cli/define-command.ts';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { code, page, prose, table } from './markdown.ts';
import { referenceContext } from './reference-context.ts';

const intro = `Every command has \`--help\` with examples, and \`--json\` for programs: one JSON value on stdout, or one per line for what
streams (\`run\`, \`approve --follow\`, \`logs\`, \`serve\`). Errors say what happened, why, and what to do next, on stderr; with \`--json\`
they are \`{"error": …}\` on stdout. A run is named by its id or a unique start of it. Exit codes: [exit-codes.md](exit-codes.md).

Colours and the moving status line appear only on a terminal, and not with \`NO_COLOR\`, \`TERM=dumb\` or \`CI\`. What comes from outside
(tickets, agents, checks) cannot steer the terminal.`;

/** docs/reference/cli.md */
export function cliPage(): string {
  const commands = leaves(buildProgram(referenceContext)).filter(({ command }) => commandTexts.has(command));
  const overview = table(
    ['Command', 'What it does'],
    commands.map(({ name, command }) => [
      `[${code(name)}](#${name.replaceAll(' ', '-')})`,
      command.summary(),
    ]),
  );
  return page('Command line', [intro, overview, ...commands.map(section)]);
}

interface Leaf {
  /** `config show`, without the program. */
  readonly name: string;
  readonly command: Command;
}

function leaves(parent: Command, prefix = ''): Leaf[] {
  return parent.commands.flatMap((command) => {
    const name = `${prefix}${command.name()}`;
    return command.commands.length > 0 ? leaves(command, `${name} `) : [{ name, command }];
  });
}

function section({ name, command }: Leaf): string {
  const texts = commandTexts.get(command);
  if (!texts) throw new Error(`runyard ${name} is not defined with defineCommand.`);
  const words = command.registeredArguments.map((argument) => ` <${argument.name()}>`).join('');
  const options = command.options.map((option) => [
    code(option.flags),
    `${option.description}${option.argChoices ? ` (${option.argChoices.join(', ')})` : ''}`,
    option.mandatory ? 'required' : defaultOf(option.defaultValue),
  ]);
  const examples = texts.examples.map(([line, meaning]) => `# ${meaning}\n${line}`).join('\n\n');
  const codes = [...texts.exits, 'usage' as const].map((exit) => exitCodes[exit].code).sort((a, b) => a - b);
  return [
    `## ${name}`,
    `\`\`\`\nrunyard ${name}${words} [options]\n\`\`\``,
    prose([texts.summary, texts.description].filter(Boolean).join('\n\n')),
    table(['Option', 'Meaning', 'Default'], options),
    `\`\`\`sh\n${examples}\n\`\`\``,
    `Exit codes: ${codes.map((exit) => code(String(exit))).join(', ')}.`,
  ].join('\n\n');
}

function defaultOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? code(`${value}`) : '';
}
