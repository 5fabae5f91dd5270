import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Detection, Model } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from './support/browser.js';
import { isJpeg } from './support/jpeg.js';
import { runLookout } from './support/lookout-process.js';
import { demoClip, shared } from './support/paths.js';
import { RawSocket } from './support/socket.js';
import { startLookout, streetJpegs } from './support/start.js';
import { until } from './support/until.js';

interface Detected {
  source: string;
  width: number;
  height: number;
  model: string;
  detections: Detection[];
}

async function streetJpeg(folder: string): Promise<string> {
  const [jpeg] = await streetJpegs();
  const path = join(folder, 'street.jpg');
  writeFileSync(path, jpeg as Uint8Array);
  return path;
}

describe('lookout detect', () => {
  it('finds the people in a picture and writes it with their boxes', async () => {
    const folder = scratchFolder();
    const picture = await streetJpeg(folder);
    const out = join(folder, 'boxes.jpg');
    const { code, stdout } = await runLookout(['detect', picture, '--json', '--out', out]);
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as Detected;
    expect(found).toMatchObject({ width: 640, height: 480 });
    expect(found.detections.filter(({ class_name }) => class_name === 'person').length).toBeGreaterThanOrEqual(3);
    const written = readFileSync(out);
    expect(isJpeg(written)).toBe(true);
    expect(written.equals(readFileSync(picture))).toBe(false);
  });

  it('takes the first frame of a video', async () => {
    const { code, stdout } = await runLookout(['detect', demoClip(), '--json']);
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as Detected;
    expect(found).toMatchObject({ width: 768, height: 576 });
    expect(found.detections.some(({ class_name }) => class_name === 'person')).toBe(true);
  });

  it('tells people in words, and says what it cannot read', async () => {
    const { stdout } = await runLookout(['detect', await streetJpeg(scratchFolder())]);
    expect(stdout).toMatch(/640×480, \d+ found by \S+ in [\d.]+ ms/);
    expect(stdout).toMatch(/person +0\.\d\d +\[\d+, \d+, \d+, \d+\]/);
    const { code, stderr } = await runLookout(['detect', '/nowhere.jpg']);
    expect(code).toBe(1);
    expect(stderr).toContain("Can't read /nowhere.jpg");
  });
});

describe('lookout doctor and models', () => {
  it('look at the machine and say what they find', async () => {
    const { code, stdout } = await runLookout(['doctor', '--json', '--port', '0']);
    expect(code).toBe(0);
    const findings = JSON.parse(stdout) as Array<{ name: string; state: string; detail: string }>;
    const states = Object.fromEntries(findings.map(({ name, state }) => [name, state]));
    expect(states).toMatchObject({
      machine: 'info',
      'thread pool': 'ok',
      'video decoders': 'ok',
      inference: 'ok',
      port: 'ok',
      'data directory': 'ok',
    });
  });

  it('say that the port of a running server is in use', async () => {
    const lookout = await startLookout();
    const { code, stdout } = await runLookout(['doctor', '--json', '--port', String(lookout.port)]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ name: 'port', state: 'fail' }));
  });

  it('list the models there are', async () => {
    const { code, stdout } = await runLookout(['models', 'list', '--json']);
    expect(code).toBe(0);
    expect(stdout).toContain('nanodet');
  });
});

// Other people's exports: where the material lies beside the repository.
describe('a model of one’s own', () => {
  const yolox = shared('models/yolox-nano-416.onnx');
  const roads = shared('models/road-hazard-3cls-yolov8n-320-int8dyn.onnx');

  it.skipIf(yolox === undefined)('runs live: YOLOX (skipped where ../shared/models lacks it)', async () => {
    const lookout = await startLookout({ sources: ['demo:street'], args: ['--model', yolox as string] });
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/street?mode=overlay`);
    await until('a person found by YOLOX', () =>
      viewer.frames.some(({ meta }) => meta.detections.some(({ class_name }) => class_name === 'person')),
    );
    const [model] = await lookout.json<Model[]>('/api/models');
    expect(model).toMatchObject({ format: 'yolox', loaded: true });
    expect(viewer.frames[0]?.meta.inference_size).toBe(416);
  });

  it.skipIf(roads === undefined)('has its own classes (skipped where ../shared/models lacks it)', async () => {
    const picture = await streetJpeg(scratchFolder());
    const { code, stdout } = await runLookout([
      'detect',
      picture,
      '--json',
      '--model',
      roads as string,
      '--confidence',
      '0.05',
    ]);
    expect(code).toBe(0);
    for (const { class_id, class_name } of (JSON.parse(stdout) as Detected).detections) {
      expect(class_id).toBeLessThan(3);
      expect(class_name).not.toBe('person');
    }
    const lookout = await startLookout({ args: ['--model', roads as string] });
    const [model] = await lookout.json<Model[]>('/api/models');
    expect(model?.classes).toHaveLength(3);
  });
});
