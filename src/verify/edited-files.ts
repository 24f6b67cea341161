import type { CheckKind, CheckResult } from '../domain/verdict.ts';
import { toDiagnostic } from './parse/problem.ts';

export interface EditedHow {
  /** Runs the same check once more, on the files as they were put back. */
  readonly again: () => Promise<CheckResult>;
  /** The base commit's own run of the check. */
  readonly onBase: () => Promise<CheckResult>;
}

/**
 * A check that passes after it changed code of the commit has passed on something else than what would be delivered. Where the base commit's
 * run changes the same files they are generated, and nothing is wrong. Else it runs once more: what it does not change again was made for
 * once, and that run counts; what it changes again makes it fail.
 */
export async function passedAsDelivered(first: CheckResult, how: EditedHow): Promise<CheckResult> {
  if (first.status !== 'passed' || !KINDS.has(first.check.kind) || codeIn(first).length === 0) return first;
  const base = new Set((await how.onBase()).edited);
  const beyondBase = (result: CheckResult) => codeIn(result).filter((file) => !base.has(file));
  if (beyondBase(first).length === 0) return first;
  const second = await how.again();
  const files = beyondBase(second);
  return second.status === 'passed' && files.length > 0 ? asFailed(second, files) : second;
}

/** Formatters are asked to look only, and our own look at imports writes nothing. */
const KINDS: ReadonlySet<CheckKind> = new Set(['typecheck', 'lint', 'build', 'test', 'custom']);
/** Code, tests, and what both read: templates, styles, queries, data, snapshots. */
const CODE =
  /\.(?:[cm]?[jt]sx?|vue|svelte|astro|mdx|html?|hbs|ejs|css|s[ac]ss|less|py|pyi|go|rs|rb|java|kt|scala|cs|fs|php|c|cc|cpp|h|hpp|swift|m|ex|exs|erl|dart|lua|pl|sh|sql|graphql|gql|proto|prisma|wasm|json5?|ya?ml|toml|csv|snap|ambr)$/i;
/** Written by the tools that own them: Next.js completes its settings, package managers their lock files. */
const OWNED =
  /(?:^|\/)(?:next-env\.d\.ts|[tj]sconfig(?:\.[\w-]+)*\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml)$/;
const MOST_NAMED = 5;

function codeIn({ edited = [] }: CheckResult): string[] {
  return edited.filter((file) => CODE.test(file) && !OWNED.test(file));
}

function asFailed(result: CheckResult, files: readonly string[]): CheckResult {
  const { name } = result.check;
  const more = files.length - MOST_NAMED;
  const named = `${files.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const message = `${name}: passes only after it changed files of the commit (${named}), which it does not do on the base commit. What passed is not what would be delivered.`;
  const problem = toDiagnostic(
    {
      // No second run turns it around, and it is for whoever changed the script or the file.
      category: 'config_error',
      message,
      file: files[0] ?? null,
      symbol: name,
      hint: 'Commit the files as the check needs them, or take out the step that changes them while the check runs.',
      identity: `edits ${name} ${files.join(' ')}`,
    },
    null,
  );
  const output = `${message}\n\n${result.output}`;
  return { ...result, status: 'failed', output, diagnostics: [...result.diagnostics, problem] };
}
