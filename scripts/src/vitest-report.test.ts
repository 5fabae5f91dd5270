import { expect, it } from 'vitest';
import { countTests, verdict } from './vitest-report.js';

function report(
  counts: { passed?: number; failed?: number; pending?: number; todo?: number },
  brokenFiles = 0,
): string {
  return JSON.stringify({
    numPassedTests: counts.passed ?? 0,
    numFailedTests: counts.failed ?? 0,
    numPendingTests: counts.pending ?? 0,
    numTodoTests: counts.todo ?? 0,
    testResults: [
      { status: 'passed', assertionResults: [{}] },
      { status: 'failed', assertionResults: [{}] },
      ...Array.from({ length: brokenFiles }, () => ({ status: 'failed', assertionResults: [] })),
    ],
  });
}

it.each([
  ['all passed', report({ passed: 12 }), 0, { passed: 12, failed: 0, skipped: 0 }],
  ['some failed', report({ passed: 10, failed: 2 }), 1, { passed: 10, failed: 2, skipped: 0 }],
  ['skipped and todo', report({ passed: 3, pending: 2, todo: 1 }), 0, { passed: 3, failed: 0, skipped: 3 }],
  ['a file that could not be loaded', report({ passed: 5 }, 1), 1, { passed: 5, failed: 1, skipped: 0 }],
  ['an unhandled error outside of any test', report({ passed: 5 }), 1, { passed: 5, failed: 1, skipped: 0 }],
  ['no test at all', report({}), 0, { passed: 0, failed: 1, skipped: 0 }],
  ['no report', undefined, 139, { passed: 0, failed: 1, skipped: 0 }],
])('counts %s', (_name, json, exitCode, expected) => {
  expect(countTests(json, exitCode)).toEqual(expected);
});

it('prints the verdict as one plain line', () => {
  expect(verdict({ passed: 123, failed: 0 })).toBe('123 passed, 0 failed');
});
