import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { until } from './until.js';

/** Ends the servers of `sharedLookout` after the run: the processes of the tests are gone by then, and could not wait for them. */
export default function endSharedServers(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lookout-e2e-shared-'));
  project.provide('sharedServers', folder);
  return async () => {
    await Promise.all(readdirSync(folder).map((directory) => endServer(join(folder, directory, 'data/lookout.pid'))));
    rmSync(folder, { recursive: true, force: true });
  };
}

/** @param pidFile which a server has while it runs */
async function endServer(pidFile: string): Promise<void> {
  const pid = pidIn(pidFile);
  if (pid === undefined || !signal(pid, 'SIGTERM')) return;
  await until(`the server ${pid} has ended`, () => !signal(pid, 0));
}

function pidIn(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @returns whether there is such a process */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
