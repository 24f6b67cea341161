/* What a worker needs of verification, apart from the rest: a run with its checks off never loads it. */
export { autofixCommit } from '../verify/autofix.ts';
export { autofixHelped, fixableChecks } from '../verify/autofix-decision.ts';
export { healBrief } from '../verify/brief/heal-brief.ts';
export { planChecks } from '../verify/check-plan.ts';
export { readCommitTree } from '../verify/commit-tree.ts';
export { placeDependencies } from '../verify/dependencies/place-dependencies.ts';
export { prepareDependencies } from '../verify/dependencies/prepare-dependencies.ts';
export { verifyCommit } from '../verify/verify-commit.ts';
