import { evidenceOf, lineChanges } from './lines.ts';
import type { Change, Suspicion } from './types.ts';

const CI =
  /^(?:\.github\/(?:workflows|actions)\/.+|\.github\/(?:CODEOWNERS|settings\.ya?ml)|(?:docs\/)?CODEOWNERS|\.gitlab-ci\.ya?ml|\.gitlab\/(?:ci\/.+|CODEOWNERS)|Jenkinsfile(?:\.\w+)?|\.circleci\/.+|azure-pipelines(?:[\w.-]*)\.ya?ml|\.azure-pipelines\/.+|\.travis\.ya?ml|appveyor\.ya?ml|\.appveyor\.ya?ml|bitbucket-pipelines\.ya?ml|\.drone\.ya?ml|\.woodpecker(?:\.ya?ml|\/.+)|\.buildkite\/.+|\.teamcity\/.+|cloudbuild\.ya?ml|\.cirrus\.ya?ml|\.semaphore\/.+|\.husky\/[^_].*|\.githooks\/.+|lefthook\.ya?ml|\.pre-commit-config\.ya?ml|\.gitmodules)$/;
/** They run nothing by themselves. */
const HARMLESS = /\.(?:md|png|svg)$$/;

/** Files that a forge or a hook runs with rights of its own, and those that say who must review. */
export function ciFiles({ items }: Change): Suspicion[] {
  return items.flatMap((item) => {
    const path = CI.test(item.path)
      ? item.path
      : CI.test(item.oldPath ?? '')
        ? (item.oldPath ?? item.path)
        : null;
    if (path === null) return [];
    const { added, removed } = lineChanges(item);
    const how = { added: 'is new', modified: 'was changed', deleted: 'was deleted', renamed: 'was renamed' }[
      item.kind
    ];
    return [
      {
        guard: 'ci-files' as const,
        weight: HARMLESS.test(path) ? ('doubtful' as const) : ('certain' as const),
        message: `${path} ${how}; it runs outside of the checks.`,
        file: item.path,
        line: added[0]?.line ?? null,
        evidence: evidenceOf([
          ...removed.slice(0, 3).map(({ text }) => `- ${text}`),
          ...added.slice(0, 3).map(({ text }) => `+ ${text}`),
        ]),
        hint: 'Leave it as it is, unless the ticket is about it.',
        identity: item.kind,
      },
    ];
  });
}
