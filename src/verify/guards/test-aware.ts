import type { GuardName } from '../../domain/guard.ts';
import type { GuardWeight } from '../../domain/guard-policy.ts';
import { createMovedPool, evidenceOf, lineChanges } from './lines.ts';
import { isFixture, isSource } from './paths.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';

const VARIABLE =
  '(?:VITEST(?:_\\w+)?|JEST_WORKER_ID|NODE_TEST_CONTEXT|PYTEST_\\w+|MOCHA_\\w+|AVA_PATH|TEST_WORKER_INDEX|PLAYWRIGHT_TEST\\w*|CYPRESS_\\w+)';
const ASKS_THE_RUNNER = [
  new RegExp(`\\b(?:env|environ)(?:\\??\\.|\\.get\\(\\s*|(?:\\?\\.)?\\[\\s*)['"]?${VARIABLE}\\b`),
  new RegExp(
    `['"]${VARIABLE}['"]\\s+(?:not )?in\\s+(?:os\\.environ|process\\.env)|\\b(?:getenv|Getenv|LookupEnv|var)\\(\\s*['"]${VARIABLE}`,
  ),
  /['"](?:pytest|_pytest|unittest)['"]\s+(?:not )?in\s+sys\.modules|\bcfg!\(\s*test\s*\)|\btesting\.Testing\(\)|\bflag\.Lookup\(\s*"test\./,
  /\btypeof (?:describe|it|jest|vi|expect|beforeEach)\b|\bglobalThis\.(?:describe|expect|jest|vi|__vitest\w*)\b|\b__vitest_(?:worker|environment)__\b/,
  /\bprocess\.(?:argv|execArgv)\b[^;]{0,80}(?:vitest|jest|mocha|--test\b)|\bsys\.argv\b.{0,80}pytest/,
  /\bstack\b[^;]{0,60}(?:includes|match|test|search)\([^;]{0,40}(?:\.test\b|\.spec\b|vitest|jest|mocha)/,
];
const ASKS_THE_ENVIRONMENT =
  /\bNODE_ENV\b['"\]]*\s*[!=]==?\s*['"`]test['"`]|['"`]test['"`]\s*[!=]==?\s*process\.env\.NODE_ENV\b/;
/** The variable is set or taken away, not asked. */
const SETS = /\bdelete\s|\benv(?:\.\w+|\[['"]\w+['"]\])\s*=[^=]/;
const COMMENT = /^(?:\/\/|\/?\*|#(?!\[))/;
const MOST_PER_FILE = 3;

/** Source code that newly asks whether it is being tested: it can then do right for tests alone. */
export function testAware({ items }: Change): Suspicion[] {
  const wasThere = createMovedPool(items);
  return items.flatMap((item) => {
    if (item.after === null || isFixture(item.path) || !isSource(item.path)) return [];
    const asked = lineChanges(item).added.flatMap(({ text, line }) => {
      const cut = text.slice(0, 500);
      if (COMMENT.test(cut) || SETS.test(cut)) return [];
      const isAsked = ASKS_THE_RUNNER.some((pattern) => pattern.test(cut));
      if (!isAsked && !ASKS_THE_ENVIRONMENT.test(cut)) return [];
      return wasThere(text) ? [] : [suspicion(item, { text, line, isAsked })];
    });
    return asked.slice(0, MOST_PER_FILE);
  });
}

function suspicion(
  { path }: ChangedItem,
  { text, line, isAsked }: { text: string; line: number; isAsked: boolean },
): Suspicion {
  const guard: GuardName = isAsked ? 'weakened-tests' : 'suppressed-checks';
  const weight: GuardWeight = 'doubtful';
  return {
    guard,
    weight,
    message: `${path} asks whether it is being tested.`,
    file: path,
    line,
    evidence: evidenceOf([text]),
    hint: 'Let the code do the same in tests as elsewhere.',
    identity: text,
  };
}
