import type { Camera } from '@lookout/protocol';
import { sleep } from './figures.js';
import type { BenchServer } from './server-process.js';

/** Waits until so many cameras of a server are live. @throws Error if they are not within 30 s */
export async function camerasLive(server: BenchServer, count: number): Promise<void> {
  for (let i = 0; i < 150; i++) {
    const cameras = (await server.json('/api/cameras')) as Camera[];
    if (cameras.filter(({ state }) => state === 'live').length === count) return;
    await sleep(200);
  }
  throw new Error('The cameras were not live within 30 s');
}
