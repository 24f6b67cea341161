import { runGit } from './git.ts';

export function explainScript(agent: string): void {
  print(
    '',
    'Runyard demo: a ticket becomes a verified commit.',
    '',
    `The MODEL IS SCRIPTED: a small local server plays its part, so no key is needed and nothing is paid. The agent (${agent}),`,
    'the database, the workers, git and the checks are real. The first attempt is wrong on purpose; watch it heal.',
    '',
  );
}

/** Shows the delivered commit as git sees it in the user's repository. Gives the run it names; null when nothing was delivered. */
export async function printWhatWasDelivered(repository: string): Promise<string | null> {
  const branches = await runGit(repository, [
    'for-each-ref',
    '--format=%(refname:short)',
    'refs/heads/runyard',
  ]);
  const branch = branches.split('\n').at(-1);
  if (!branch) {
    print('No branch was delivered.');
    return null;
  }
  print('', `The repository now has the branch ${branch} (your checkout is untouched). The change:`, '');
  print(await runGit(repository, ['diff', '--no-color', `main..${branch}`]));
  print('', await runGit(repository, ['log', '-1', '--format=commit %H%n%n%B', branch]));
  const tags = await runGit(repository, ['tag', '--list', 'ai/*']);
  print(`Rollback tag: ${tags}`);
  const run = await runGit(repository, [
    'log',
    '-1',
    '--format=%(trailers:key=Runyard-Run,valueonly)',
    branch,
  ]);
  return tags === '' || run === '' ? null : run;
}

export function printNextSteps({
  run,
  common,
  repository,
}: {
  run: string;
  common: readonly string[];
  repository: string;
}): void {
  const options = common.join(' ');
  print(
    '',
    'Besides what the report above names under Next:',
    `  bin/runyard show ${run} ${options}  # the report again`,
    `  git -C ${repository} log --oneline --all`,
    '',
    'With a real model, on your own repository:',
    '  export ANTHROPIC_API_KEY=…',
    '  bin/runyard run --repo /path/to/repository --title "What should be different" --model anthropic/claude-sonnet-5',
    '',
  );
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
