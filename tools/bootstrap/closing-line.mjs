/** The last line of a test run, from the report of vitest's json reporter: `N passed, N failed, N skipped`. */
export function closingLine(report) {
  const files = report?.testResults ?? [];
  // A file that could not be loaded has no test to fail; it counts as one.
  const broken = files.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const passed = report?.numPassedTests ?? 0;
  const failed = (report?.numFailedTests ?? 0) + broken;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
