import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../paths.js';
import type { OpenApi } from './openapi.js';

/**
 * The API description of a server with default settings, which is started for it and then stopped.
 * @throws Error with its output when it does not start
 */
export async function describeRunningApi(): Promise<OpenApi> {
  const directory = mkdtempSync(join(tmpdir(), 'lookout-docs-'));
  const ours = /^(LOOKOUT_|STREAMING_|MODEL_PATH$|CONFIDENCE_THRESHOLD$|DEVICE$|KSERVE_)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
  const args = ['--port', '0', '--no-demo', '--data', join(directory, 'data'), '--device', 'cpu'];
  const server = spawn(process.execPath, [join(root, 'packages/server/bin/lookout.js'), ...args], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  try {
    const printed: string[] = [];
    for await (const line of createInterface({ input: server.stdout })) {
      const url = /Lookout is at (http:\/\/[^\s"]+)/.exec(line)?.[1];
      if (url !== undefined) return (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
      printed.push(line);
    }
    throw new Error(`The server ended before it listened:\n${printed.join('\n')}`);
  } finally {
    server.kill();
    await ended;
    rmSync(directory, { recursive: true, force: true });
  }
}
