import { jsonDocuments } from './json-documents.ts';
import { LINT_SCHEMAS } from './lint-json-schemas.ts';
import { findingOfLinter } from './linter-finding.ts';
import type { Parser, Problem } from './problem.ts';
import { problemsOfPythonJson } from './python-json.ts';
import { findingsOfSarif } from './sarif.ts';

/** A key of every report that is read here. */
const TELLING =
  /"(?:filePath|invalidOptionWarnings|diagnostics|generalDiagnostics|check_name|runs|fileName|filename|message-id|messageId|severity|source)"/;

/**
 * What linters write for programs: eslint, stylelint, biome, oxlint, ruff, pyright, mypy, pylint and markdownlint in their own JSON,
 * any of them as SARIF, for GitLab's code quality or for reviewdog.
 */
export const parseLintJson: Parser = (lines) => jsonDocuments(lines, TELLING).flatMap(problemsIn);

function problemsIn(document: unknown): Problem[] {
  for (const schema of LINT_SCHEMAS) {
    const found = schema.safeParse(document);
    if (found.success) return found.data.map(findingOfLinter);
  }
  const results = findingsOfSarif(document);
  return results.length > 0 ? results.map(findingOfLinter) : problemsOfPythonJson(document);
}
