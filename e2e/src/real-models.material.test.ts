import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageDetections, Model } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { runLookout } from './support/lookout-process.js';
import { dataWith, jpegBody, names } from './support/models.js';
import { root } from './support/paths.js';
import { scratchFolder } from './support/scratch-folder.js';
import { RawSocket } from './support/socket.js';
import { startLookout, streetJpegs } from './support/start.js';
import { until } from './support/until.js';

// Other people's exports; too large, and of licences too strict, to be kept in the repository.
const MATERIAL = join(root, '../shared');
const fileOf = (name: string) => join(MATERIAL, 'models', `${name}.onnx`);

describe('models as they come', () => {
  /** What each is known as; of the first of its classes that it finds. */
  const known: ReadonlyArray<readonly [file: string, format: string, classes: number, finds: string | undefined]> = [
    ['leyolo-nano-640-fp32', 'yolov8', 80, 'person'],
    ['nanodet-m-416', 'nanodet', 80, 'person'],
    ['picodet-s-416', 'picodet', 80, 'person'],
    ['road-hazard-3cls-yolov8n-320-int8dyn', 'yolov8', 3, 'Pothole'],
    ['yolo11n-320-int8dyn', 'yolov8', 80, 'person'],
    ['yolo26n-640-int8dyn-e2e', 'yolo-e2e', 80, 'person'],
    ['yolov5n-640-fp16', 'yolov5', 80, 'person'],
    ['yolov5n-dynamic-fp32', 'yolov5', 80, 'person'],
    ['yolov8n-seg-320-int8dyn', 'yolov8', 80, 'person'],
    ['yolox-nano-416', 'yolox', 80, 'person'],
    ['deimv2-atto-320-int8', 'detr', 80, undefined],
    ['yolov8n-640-int8static', 'yolov8', 80, undefined],
  ];

  it('are told apart, side by side in one server, and run live', { timeout: 180_000 }, async () => {
    const data = dataWith({});
    const copy = (name: string) => copyFileSync(fileOf(name), join(data, 'models', `${name}.onnx`));
    for (const [name] of known) copy(name);
    copy('yolo26n-cls-224-int8');
    const lookout = await startLookout({ data, yaml: 'model_memory_mb: 200\n' });
    const pictures = {
      Pothole: new Uint8Array(readFileSync(join(MATERIAL, 'media/misc/pothole_01.jpg'))),
      other: new Uint8Array(readFileSync(join(MATERIAL, 'media/misc/bus810.jpg'))),
    };
    for (const [name, format, classes, finds] of known) {
      const picture = finds === 'Pothole' ? pictures.Pothole : pictures.other;
      const path = `/api/detect?confidence_threshold=0.35&model=${name}`;
      const found = names(await lookout.json<ImageDetections>(path, jpegBody(picture)));
      if (finds !== undefined) expect(found, name).toContain(finds);
      const model = (await lookout.json<Model[]>('/api/models')).find((one) => one.name === name);
      expect(model, name).toMatchObject({ format, loaded: true });
      expect(model?.classes).toHaveLength(classes);
      // Two files that quantisation has spoilt are told as such.
      if (finds === undefined) expect(model?.warning, name).toMatch(/find/);
      else expect(model, name).not.toHaveProperty('warning');
    }
    const models = await lookout.json<Model[]>('/api/models');
    expect(models.find(({ name }) => name.includes('-cls-'))?.unusable).toContain('image classifier');
    // Twelve models that want far more: those not in use went, one after the other.
    const loaded = models.filter((one) => one.loaded);
    expect(loaded.reduce((sum, { memory_mb = 0 }) => sum + memory_mb, 0)).toBeLessThanOrEqual(201);
    expect(await lookout.metric('lookout_model_unloads_total', 'reason="memory"')).toBeGreaterThan(3);

    await lookout.send('POST', '/api/models/yolox-nano-416/load', { default: true });
    await lookout.addCamera({ id: 'street', url: 'demo:street' });
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/street?mode=overlay`);
    await until('a person found by YOLOX, live', () =>
      viewer.frames.some(({ meta }) => meta.detections.some(({ class_name }) => class_name === 'person')),
    );
    expect(viewer.frames[0]?.meta.inference_size).toBe(416);
  });

  it('have their own classes, by the command line too', async () => {
    const picture = join(scratchFolder(), 'street.jpg');
    writeFileSync(picture, (await streetJpegs())[0] as Uint8Array);
    const { code, stdout } = await runLookout([
      'detect',
      picture,
      '--json',
      '--model',
      fileOf('road-hazard-3cls-yolov8n-320-int8dyn'),
      '--confidence',
      '0.05',
    ]);
    expect(code).toBe(0);
    for (const { class_id, class_name } of (JSON.parse(stdout) as ImageDetections).detections) {
      expect(class_id).toBeLessThan(3);
      expect(class_name).not.toBe('person');
    }
  });
});
