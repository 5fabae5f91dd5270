import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { equip } from './equipment.js';
import { root } from './paths.js';
import type { Step as ShowStep } from './progress.js';
import { countTests, type TestCounts, verdict } from './vitest-report.js';

const bin = (path: string) => join(root, 'node_modules', path);

/** A step that hangs is ended after this time, with everything it started; normally none takes nearly as long. */
const STEP_LIMIT_MS = 35 * 60_000;

interface Step {
  name: string;
  /** Arguments of Node. */
  args: string[];
  /** Vitest runs are counted test by test, other steps as one check that may fail. */
  vitest?: boolean;
}

const CHECKS: Step[] = [
  { name: 'lint and format', args: [bin('@biomejs/biome/bin/biome'), 'check', '.'] },
  { name: 'types of the tests', args: [bin('typescript/bin/tsc'), '-p', 'tsconfig.tests.json'] },
];
const UNIT: Step = { name: 'unit and integration', args: ['--project', 'unit'], vitest: true };
const E2E: Step = { name: 'end to end', args: ['--project', 'e2e'], vitest: true };
/** Side by side, so that none waits for the last file of the other. */
const BOTH: Step = { name: 'tests', args: [...UNIT.args, ...E2E.args], vitest: true };

/**
 * `npm test`: everything; `npm test -- unit`, `npm test -- e2e`: that project; `npm test -- PATTERN …`: the test files whose path contains
 * a pattern. The last line of the output is always `N passed, N failed`.
 * @returns the exit code
 */
export async function test(args: string[], showStep: ShowStep): Promise<number> {
  const steps = stepsFor(args);
  // Lint and types don't need it, and leave it the network.
  const equipped = equip(showStep);
  equipped.catch(() => {}); // Not unhandled: what runs tests awaits it.

  const results: { step: Step; counts: TestCounts; seconds: number }[] = [];
  for (const step of steps) {
    process.stdout.write(`\n── ${step.name} ──\n`);
    if (step.vitest) process.env.LOOKOUT_DEMO_CLIP = await equipped;
    const started = Date.now();
    const counts = await runStep(step);
    results.push({ step, counts, seconds: (Date.now() - started) / 1000 });
  }
  return summarise(results);
}

export function stepsFor(args: readonly string[]): Step[] {
  if (args.length === 0) return [...CHECKS, BOTH];
  if (args.length === 1 && args[0] === 'unit') return [UNIT];
  if (args.length === 1 && args[0] === 'e2e') return [E2E];
  return [{ name: args.join(' '), args: [...args], vitest: true }];
}

async function runStep(step: Step): Promise<TestCounts> {
  if (!step.vitest) {
    const code = await runNode(step.args);
    return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  }
  const scratch = await mkdtemp(join(tmpdir(), 'lookout-test-'));
  try {
    const report = join(scratch, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await runNode([bin('vitest/vitest.mjs'), 'run', ...reporters, ...step.args]);
    return countTests(await readFile(report, 'utf8').catch(() => undefined), code);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Runs Node without input, and with our output. @returns the exit code, 124 when it hung */
function runNode(args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    // A process group of its own, so that a hanging run ends with its browsers and servers.
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    const end = (signal: NodeJS.Signals) => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
    };
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      process.stdout.write(`\nEnded: still running after ${STEP_LIMIT_MS / 60_000} minutes.\n`);
      end('SIGKILL');
    }, STEP_LIMIT_MS);
    const interrupt = () => {
      end('SIGTERM');
      process.exit(130);
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      resolve(hung ? 124 : (code ?? 1));
    });
  });
}

function summarise(results: { step: Step; counts: TestCounts; seconds: number }[]): number {
  process.stdout.write('\n── summary ──\n');
  const total = { passed: 0, failed: 0 };
  for (const { step, counts, seconds } of results) {
    total.passed += counts.passed;
    total.failed += counts.failed;
    const outcome = step.vitest
      ? `${verdict(counts)}, ${counts.skipped} skipped`
      : counts.failed === 0
        ? 'ok'
        : 'failed';
    process.stdout.write(`${step.name}: ${outcome} (${seconds.toFixed(0)} s)\n`);
  }
  process.stdout.write(`${verdict(total)}\n`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}
