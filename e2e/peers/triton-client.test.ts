import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ImageDetections } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { root } from '../src/support/paths.js';
import { scratchFolder } from '../src/support/scratch-folder.js';
import { startLookout, streetJpegs } from '../src/support/start.js';

it('Triton’s own client is served: compressed, with priority and timeout, and told why it is refused', async () => {
  const lookout = await startLookout();
  const [jpeg] = await streetJpegs();
  const picture = join(scratchFolder(), 'street.jpg');
  writeFileSync(picture, jpeg!);
  const { detections } = await lookout.json<ImageDetections>('/api/detect', {
    method: 'POST',
    headers: { 'Content-Type': 'image/jpeg' },
    body: jpeg!,
  });
  expect(detections.length).toBeGreaterThan(0);
  const { stdout } = await promisify(execFile)(join(root, '.lookout/peers/tritonclient/bin/python'), [
    join(root, 'e2e/peers/triton_client.py'),
    `127.0.0.1:${lookout.port}`,
    picture,
  ]);
  expect(JSON.parse(stdout)).toEqual({
    ready: true,
    counts: [detections.length, detections.length, detections.length],
    no_model: 'There is no model "none"',
    no_path: 'There is nothing at this path',
  });
});
