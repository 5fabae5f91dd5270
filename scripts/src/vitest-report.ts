/** The counts of one run of Vitest. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of Vitest's JSON report that is used here. */
interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/**
 * Counts the tests of a run from its JSON report and exit code. A file that failed before any of its tests ran counts as one failure, and
 * so does a run that failed for another reason (an unhandled error, a missing report), or one without a test.
 * @param json the report, or `undefined` if the run left none
 */
export function countTests(json: string | undefined, exitCode: number): TestCounts {
  if (json === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(json) as VitestReport;
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + brokenFiles.length;
  const skipped = report.numPendingTests + report.numTodoTests;
  const endedBadly = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: failed + (endedBadly ? 1 : 0), skipped };
}

/** The last line of `npm test`, alone on its line: `123 passed, 0 failed`. */
export function verdict({ passed, failed }: Pick<TestCounts, 'passed' | 'failed'>): string {
  return `${passed} passed, ${failed} failed`;
}
