import { exitCodes } from '../../src/cli/exit-codes.ts';
import { code, page, table } from './markdown.ts';

const intro =
  'Every command ends with one of these. `runyard <command> --help` lists those the command can end with.';

/** docs/reference/exit-codes.md */
export function exitCodesPage(): string {
  const rows = Object.values(exitCodes).map(({ code: number, meaning }) => [code(String(number)), meaning]);
  return page('Exit codes', [intro, table(['Code', 'Meaning'], rows)]);
}
