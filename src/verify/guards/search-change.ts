import { changedExpectations } from './changed-expectations.ts';
import { ciFiles } from './ci-files.ts';
import { deletedTests } from './deleted-tests.ts';
import { binaryFiles, largeFiles } from './files.ts';
import { loosenedConfiguration } from './loosened-configuration.ts';
import { newDependencies } from './new-dependencies.ts';
import { outOfScope } from './out-of-scope.ts';
import { replacedTests } from './replaced-tests.ts';
import { runyardSettings } from './runyard-settings.ts';
import { secrets } from './secrets.ts';
import { skippedTests } from './skipped-tests.ts';
import { suppressedChecks } from './suppressed-checks.ts';
import { testAware } from './test-aware.ts';
import { toldToPass } from './told-to-pass.ts';
import type { Change, Guard, Suspicion } from './types.ts';
import { weakenedTests } from './weakened-tests.ts';
import { wildcardModules } from './wildcard-modules.ts';

const GUARDS: readonly Guard[] = [
  deletedTests,
  skippedTests,
  weakenedTests,
  replacedTests,
  toldToPass,
  testAware,
  changedExpectations,
  loosenedConfiguration,
  runyardSettings,
  suppressedChecks,
  wildcardModules,
  binaryFiles,
  largeFiles,
  outOfScope,
  newDependencies,
  ciFiles,
];

/** Everything the guards suspect of a change (V7), without the look-up of new packages. */
export async function searchChange(change: Change): Promise<Suspicion[]> {
  const found = GUARDS.flatMap((guard) => [...guard(change)]);
  return [...found, ...(await secrets(change))];
}
