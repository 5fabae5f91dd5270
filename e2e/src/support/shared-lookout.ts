import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { keep, type Scope } from './keep.js';
import { LookoutProcess } from './lookout-process.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the directories of shared servers: see shared-servers.ts. */
    sharedServers: string;
  }
}

let running: LookoutProcess | undefined;

/**
 * A server on loopback without cameras, for tests that need no settings of their own: starting one takes more than most tests do. The
 * test files of a process use it one after another, and what a test (or file) has made in it is removed at its end.
 */
export async function sharedLookout(scope: Scope = 'test'): Promise<LookoutProcess> {
  if (!running?.running) {
    running = await LookoutProcess.start({ directory: mkdtempSync(join(inject('sharedServers'), 'server-')) });
  }
  return keep(running, (lookout) => lookout.clear(), scope);
}

/** Starts the shared server again after a test has ended it: on its port and with its data. */
export async function restartShared({ directory, port }: LookoutProcess): Promise<LookoutProcess> {
  running = await LookoutProcess.start({ directory, port });
  return running;
}
