import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageDetections, Segment, SegmentMasks } from '@lookout/protocol';
import { decodeRle } from '@lookout/protocol';
import { TRIAL_PHOTOS } from '@lookout/vision/models';
import { writeColourSegmenter } from '@lookout/vision/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, KeyedServer } from '../../testing/keyed-server.js';
import { startWholeServer } from '../../testing/whole-server.js';

const PHOTO = readFileSync(TRIAL_PHOTOS[0]!.url);

let keyed: KeyedServer;
beforeAll(async () => {
  keyed = await KeyedServer.start(
    {},
    (directory) => void writeColourSegmenter(join(directory, 'models/colours'), 'sam'),
  );
});
afterAll(() => keyed?.server.close());

async function freeze(key: string | undefined, body: Buffer | object = PHOTO) {
  const isPicture = Buffer.isBuffer(body);
  const answer = await fetch(`${keyed.server.url}/api/segments`, {
    method: 'POST',
    headers: { 'Content-Type': isPicture ? 'image/jpeg' : 'application/json', ...bearer(key) },
    body: isPicture ? new Uint8Array(body) : JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Segment & { code?: string } };
}

const ask = (id: string, prompt: object, key = keyed.keys.detect) =>
  keyed.server.call<SegmentMasks & { code?: string; detail?: string }>(
    'POST',
    `/api/segments/${id}/prompts`,
    prompt,
    bearer(key),
  );

describe('segments', () => {
  it('cut out what is clicked on, and what is in a box', async () => {
    const { status, body: segment } = await freeze(keyed.keys.detect);
    expect(status).toBe(201);
    expect(segment).toMatchObject({ model: 'colours', image_size: [320, 320], takes: { points: true, box: true } });
    const boxed = await ask(segment.id, { box: [40, 60, 140, 200] });
    expect(boxed.status).toBe(200);
    const [mask] = boxed.body.masks;
    expect(mask!.bbox).toEqual([40, 60, 140, 200]);
    expect(mask!.score).toBeCloseTo(0.9);
    expect(decodeRle(mask!.rle).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(13_900);
    expect(mask!.zone!.points.length).toBeLessThanOrEqual(24);
    const clicked = await ask(segment.id, { points: [[160, 160, 1]] });
    expect(clicked.body.masks).toHaveLength(3);
    const picture = await fetch(`${keyed.server.url}${segment.picture_url}`, { headers: bearer(keyed.keys.detect) });
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(PHOTO);
    const removed = await keyed.server.call(
      'DELETE',
      `/api/segments/${segment.id}`,
      undefined,
      bearer(keyed.keys.detect),
    );
    expect(removed.status).toBe(204);
    expect(await ask(segment.id, { points: [[1, 1, 1]] })).toMatchObject({
      status: 410,
      body: { code: 'segment_gone' },
    });
  });

  it('are there for detections that ask for them', async () => {
    const detect = async (query: string) => {
      const answer = await fetch(`${keyed.server.url}/api/detect${query}`, {
        method: 'POST',
        headers: { 'Content-Type': 'image/jpeg', ...bearer(keyed.keys.detect) },
        body: new Uint8Array(PHOTO),
      });
      return ((await answer.json()) as ImageDetections).detections;
    };
    const [person] = await detect('?masks=true');
    const [x1, y1, x2, y2] = person!.bbox;
    const inside = decodeRle(person!.mask!.rle).reduce((sum, one) => sum + one, 0);
    expect(inside / ((x2 - x1) * (y2 - y1))).toBeCloseTo(1, 1);
    expect((await detect(''))[0]).not.toHaveProperty('mask');
  });

  it('say what is wrong with a question', async () => {
    const { body } = await freeze(keyed.keys.detect);
    const outside = await ask(body.id, { points: [[321, 5, 1]] });
    expect(outside).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(outside.body.detail).toContain('lies outside the image, which is 320×320 pixels');
    expect((await ask(body.id, { points: [] })).status).toBe(400);
    expect((await ask(body.id, { points: new Array(65).fill([1, 1, 1]) })).status).toBe(400);
    expect((await freeze(keyed.keys.detect, Buffer.from('no picture'))).status).toBe(415);
    expect((await freeze(keyed.keys.detect, { camera: 7 })).status).toBe(400);
  });

  it('are for those who sent the picture, or may watch the camera', async () => {
    const { body } = await freeze(keyed.keys.detect);
    expect((await ask(body.id, { points: [[1, 1, 1]] }, keyed.keys.admin)).status).toBe(410);
    expect((await freeze(keyed.keys.viewer)).status).toBe(403);
    expect((await freeze(keyed.keys.detect, { camera: 'yard' })).status).toBe(403);
    expect((await freeze(keyed.keys.viewer, { camera: 'nowhere' })).status).toBe(404);
    expect((await freeze(undefined)).status).toBe(401);
  });
});

it('without a model, says which to get', async () => {
  const server = await startWholeServer();
  const answer = await fetch(`${server.url}/api/segments`, {
    method: 'POST',
    headers: { 'Content-Type': 'image/jpeg' },
    body: new Uint8Array(PHOTO),
  });
  expect(answer.status).toBe(409);
  expect(await answer.json()).toMatchObject({ code: 'no_model_for_this' });
  await server.close();
});
