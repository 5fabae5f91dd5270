import type net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  allClosed,
  Client,
  closeDetectionServer,
  closeOpen,
  expectCatResult,
  half,
  jpeg,
  lying,
  open,
  openSessions,
  png,
  serverUrl,
  startDetectionServer,
  webp,
} from '../../testing/detection-server.js';

beforeAll(startDetectionServer);
afterEach(closeOpen);
afterAll(closeDetectionServer);

describe('the socket', () => {
  it.each([
    ['JPEG', jpeg],
    ['PNG', png],
    ['WebP', webp],
    ['JPEG turned by Exif', lying],
  ])('finds the cat in a %s', async (_what, image) => {
    const client = await Client.connect('?fps_limit=30');
    client.frame('f', image);
    expectCatResult(await client.answered('f'));
  });

  it('takes binary messages and data: URLs, and numbers what has no name', async () => {
    const client = await Client.connect('?fps_limit=30');
    client.socket.send(jpeg);
    expectCatResult(await client.answered(0));
    await sleep(50);
    client.send({ type: 'frame', image_data: `data:image/jpeg;base64,${jpeg.toString('base64')}` });
    expectCatResult(await client.answered(1));
    await sleep(50);
    client.frame(77);
    expectCatResult(await client.answered(77));
  });

  it('answers each of many frames once, whatever becomes of it', async () => {
    const client = await Client.connect('?fps_limit=30&enable_tracking=false');
    // Of each six the first is due, the others are too early.
    for (let i = 0; i < 60; i++) {
      client.frame(`f${i}`, i % 12 === 6 ? half : jpeg);
      if (i % 6 === 5) await sleep(60);
    }
    const answers = await client.told(60);
    expect(
      new Set(answers.map((one) => ('data' in one ? one.data.frame_id : (one as { frame_id: string }).frame_id))).size,
    ).toBe(60);
    // Nothing comes after.
    client.send({ type: 'ping' });
    await client.told(61);
    expect(client.messages.at(-1)?.type).toBe('pong');
    expect(client.messages).toHaveLength(61);
    expect(answers.some(({ type }) => type === 'dropped')).toBe(true);
    expect(answers.some(({ type }) => type === 'detection_result')).toBe(true);
  });

  it('tracks in order', async () => {
    const client = await Client.connect('?fps_limit=30');
    const ids: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      client.frame(i, jpeg, { timestamp: 1000 + i * 0.1 });
      const answer = await client.answered(i);
      if (answer.type === 'detection_result') ids.push(answer.data.detections[0]?.track_id);
      await sleep(40);
    }
    const known = ids.filter((id) => id !== undefined);
    expect(known.length).toBeGreaterThan(0);
    expect(new Set(known).size).toBe(1);
  });

  it('takes settings in its query and in band, while frames are in flight', async () => {
    const client = await Client.connect('?classes=person,cat&max_detections=1&quality_mode=fast&cross_class_iou=0.9');
    client.frame('a');
    client.send({ type: 'config', config: { classes: ['person'], confidence_threshold: 0.9 } });
    expectCatResult(await client.answered('a'));
    const config = client.messages.find(({ type }) => type === 'config');
    expect(config).toMatchObject({
      config: {
        classes: ['person'],
        confidence_threshold: 0.9,
        max_detections: 1,
        quality_mode: 'fast',
        cross_class_iou: 0.9,
        fps_limit: 10,
      },
    });
    await sleep(150);
    client.frame('b');
    expect(await client.answered('b')).toMatchObject({ data: { detections: [] } });
  });

  it.each([
    ['not JSON', '{nope', 'message_invalid'],
    ['another type', '{"type":"dance"}', 'message_unknown'],
    ['no object', '[1,2]', 'message_unknown'],
    ['JSON nested a hundred thousand deep', '['.repeat(100_000) + ']'.repeat(100_000), 'message_invalid'],
    ['an unknown field', '{"type":"frame","image_data":"AA==","colour":1}', 'message_invalid'],
    ['a time that is none', '{"type":"frame","image_data":"AA==","timestamp":"now"}', 'message_invalid'],
    ['settings out of range', '{"type":"config","config":{"confidence_threshold":99}}', 'validation_failed'],
    ['NaN', '{"type":"config","config":{"confidence_threshold":NaN}}', 'message_invalid'],
    ['an unknown setting', '{"type":"config","config":{"constructor":1}}', 'validation_failed'],
    ['a class the model has not', '{"type":"config","config":{"classes":["dragon"]}}', 'validation_failed'],
    ['a message of 20 MB', 'x'.repeat(20_000_000), 'payload_too_large'],
  ])('says what is wrong with %s, and goes on', async (_what, text, code) => {
    const client = await Client.connect('?fps_limit=30');
    client.socket.send(text);
    expect((await client.told(1))[0]).toMatchObject({ type: 'error', code });
    client.frame('after');
    expectCatResult(await client.answered('after'));
  });

  it.each([
    ['bad base64', { image_data: '@@@###' }],
    ['text', { image_data: Buffer.from('no picture').toString('base64') }],
    ['half a JPEG', { image_data: half.toString('base64') }],
  ])('answers a frame of %s by its name', async (_what, fields) => {
    const client = await Client.connect();
    client.send({ type: 'frame', frame_id: 'bad', ...fields });
    expect(await client.answered('bad')).toMatchObject({ type: 'error', code: 'frame_invalid' });
  });

  it('refuses what it can before it opens', async () => {
    const refused = (query: string) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${serverUrl().replace('http', 'ws')}/stream/detection${query}`);
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
        socket.on('open', () => resolve('open'));
        socket.on('error', () => undefined);
        open.push(() => socket.terminate());
      });
    for (const query of [
      '?fps_limit=0',
      '?fps_limit=31',
      '?fps_limit=abc',
      '?fps_limit=',
      '?classes=dragon',
      '?colour=1',
    ]) {
      expect(await refused(query)).toBe(400);
    }
  });

  it('leaves nothing behind, also of a client that goes in the middle of a message', async () => {
    await allClosed();
    const client = await Client.connect('?fps_limit=30');
    expect(await openSessions()).toBe(1);
    client.frame('a');
    // Most of a frame, then nothing.
    const { _socket: raw } = client.socket as unknown as { _socket: net.Socket };
    raw.write(Buffer.concat([Buffer.of(0x82, 0xff, 0, 0, 0, 0, 0, 0x50, 0, 0, 0, 0, 0, 0), Buffer.alloc(1_000_000)]));
    await sleep(50);
    client.socket.terminate();
    await allClosed();
  });
});
