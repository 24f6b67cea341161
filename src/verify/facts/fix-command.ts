import type { Diagnostic } from '../../domain/verdict.ts';
import type { Manifest } from '../detect/manifest.ts';
import type { Project } from './project.ts';
import { quoteLine, safeNames } from './words.ts';

/** The command of the repository that mends what a check finds, if its check names none: scripts by their usual names. */
const FIX_SCRIPTS = {
  lint: ['lint:fix', 'fix:lint', 'fix', 'lint-fix', 'eslint:fix'],
  format: [
    'format',
    'fmt',
    'format:fix',
    'format:write',
    'prettier:fix',
    'prettier:write',
    'fix',
    'lint:fix',
  ],
} as const;

/** The rule's name and whether the repository has a command that may mend it. */
export function fixFacts(
  { category, symbol, message }: Diagnostic,
  fix: readonly string[] | null,
  project: Project,
): string | null {
  const kind = category === 'format' ? 'format' : 'lint';
  const command = fix && fix.length > 0 ? fix.join(' ') : scriptOf(project.manifestAt('package.json'), kind);
  const rule = kind === 'lint' && symbol ? safeNames([symbol])[0] : undefined;
  const named = rule !== undefined ? `Rule ${rule}.` : '';
  if (command === null) return named === '' ? null : `${named} The repository has no command that mends it.`;
  const can = kind === 'format' || /fixable|--fix/i.test(message) ? 'mends it' : 'may mend it';
  return `${named} The repository's own ${quoteLine(command)} ${can}.`.trim();
}

function scriptOf(manifest: Manifest | null, kind: keyof typeof FIX_SCRIPTS): string | null {
  const { scripts = {} } = manifest ?? {};
  const name = FIX_SCRIPTS[kind].find(
    (one) => Object.hasOwn(scripts, one) && !/--check\b|-c\b/.test(scripts[one] ?? ''),
  );
  return name === undefined ? null : `npm run ${name}`;
}
