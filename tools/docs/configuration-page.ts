import { type Setting, settings } from '../../src/config/settings.ts';
import { code, page, table } from './markdown.ts';

const intro = `Settings come from flags, the environment and YAML files. See yours, with the source of each value:
\`runyard config show\`. Unknown settings are refused, with a suggestion; every error names the setting, where it came from, what
is wrong and how to write it.

## What counts

From the strongest to the weakest:

1. flags of the command line,
2. environment variables (the names are in the tables below),
3. \`.env\` in the project folder, read as Node reads such files (\`node --env-file\`),
4. \`runyard.yaml\` in the project folder,
5. your own \`runyard.yaml\`: the first that exists of \`<data folder>/runyard.yaml\` and
   \`$XDG_CONFIG_HOME/runyard/runyard.yaml\` (\`~/.config/runyard/runyard.yaml\`),
6. defaults.

The project folder is the repository of \`--repo\` where it is a local one, else the current folder. With \`--config <file>\` or
\`RUNYARD_CONFIG\`, that file is read in the place of 4 and 5.

A project folder may have been written by somebody else. So settings marked **own file only** are refused from its \`runyard.yaml\`
and its \`.env\`: they decide where keys are sent, what is delivered, or how agents and checks are isolated. Keys themselves may
stand in \`.env\`.

What a repository says of its own checks (\`checks.commands\`, \`checks.install\`, or \`checks\` as a list) is not a setting of yours:
verification reads it from the commit. \`checks.commands\` in your own file or in a variable replaces it.

In environment variables, text is taken as it stands, and everything else is read as YAML:
\`RUNYARD_CHECKS_COMMANDS='[{ name: test, command: [npm, test] }]'\`. An empty variable counts as not set.

A length of time is written \`90s\`, \`15m\`, \`1h30m\`, or as a number of milliseconds. Relative paths in a file count from the folder
of the file; \`~/\` is your home.

## Keys and providers

\`anthropic\`, \`openai\` and \`openrouter\` are built in; set \`ANTHROPIC_API_KEY\`, \`OPENAI_API_KEY\` or \`OPENROUTER_API_KEY\` where the
control plane is started. Any other service that speaks the Anthropic Messages or the OpenAI Chat Completions protocol is described
once:

\`\`\`yaml
providers:
  acme:
    kind: openai
    baseUrl: https://llm.acme.example/v1
    apiKeyEnv: ACME_API_KEY     # the default for this name; null for a service without keys
models:
  implement: acme/large-model
\`\`\`

The same without a file: \`RUNYARD_PROVIDERS_ACME_KIND=openai RUNYARD_PROVIDERS_ACME_BASE_URL=https://llm.acme.example/v1\`.
Keys stay in the control plane: agents, checks and workers never see one.`;

/** docs/reference/configuration.md */
export function configurationPage(): string {
  const sections = Map.groupBy(settings, ({ path }) =>
    path.includes('.') ? (path.split('.')[0] ?? '') : '',
  );
  const parts = [...sections].map(
    ([name, members]) => `### ${name === '' ? 'At the top' : code(name)}\n\n${sectionTable(members)}`,
  );
  return page('Configuration', [
    intro,
    '## All settings',
    ...parts,
    `## Every setting with an example\n\n\`\`\`yaml\n${example()}\n\`\`\``,
  ]);
}

function sectionTable(members: readonly Setting[]): string {
  const rows = members.map(({ path, type, default: fallback, description, guarded, variable }) => [
    code(path),
    type,
    fallback === null ? '' : code(JSON.stringify(fallback).replace(/^"(.*)"$/, '$1')),
    `${description}${guarded ? ' **Own file only.**' : ''}`,
    code(variable),
  ]);
  return table(['Setting', 'Value', 'Default', 'What it does', 'Variable'], rows);
}

function example(): string {
  const lines: string[] = [];
  let open: string[] = [];
  for (const { path, example: value } of settings) {
    const parts = path.replace('<name>', 'acme').split('.');
    const sections = parts.slice(0, -1);
    for (const [depth, section] of sections.entries()) {
      if (open[depth] !== section || open.length <= depth) lines.push(`${'  '.repeat(depth)}${section}:`);
    }
    open = sections;
    lines.push(`${'  '.repeat(sections.length)}${parts.at(-1)}: ${value}`);
  }
  return lines.join('\n');
}
