import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { syntheticJpeg } from '@lookout/media/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { framesOf, type Message, type Publisher, PublishingServer } from '../../testing/publishing-server.js';
import { until } from '../../testing/whole-server.js';

let stage: PublishingServer;
beforeAll(async () => {
  stage = await PublishingServer.start();
});
beforeEach(() => stage.beforeTest());
afterEach(() => stage.afterTest());
afterAll(() => stage?.close());

describe('a publisher that makes no sense', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  it.each<[string, (publisher: Publisher) => void, string[]]>([
    ['a picture without metadata', (one) => one.socket.send(stage.jpegs[0] as Uint8Array), ['message_invalid']],
    ['metadata without a picture', (one) => one.metadataTwice(), ['message_invalid']],
    ['a size that is a lie', (one) => one.frame({ width: 4000, height: 3000 }), ['frame_invalid']],
    ['a PNG called jpeg', (one) => one.frame({}, png), ['frame_invalid']],
    ['a PNG called png', (one) => one.frame({ format: 'png' }, png), ['message_invalid']],
    ['half a JPEG', (one) => one.frame({}, (stage.jpegs[0] as Uint8Array).subarray(0, 3000)), ['frame_invalid']],
    [
      'a JPEG of 20000×20000',
      (one) => one.frame({ width: 20_000, height: 20_000 }, syntheticJpeg({ width: 20_000, height: 20_000 })),
      ['frame_too_large'],
    ],
    ['an empty message', (one) => one.frame({}, new Uint8Array(0)), ['frame_invalid']],
    ['an unknown type', (one) => one.socket.send('{"type":"hello"}'), ['message_unknown']],
    ['noise', (one) => one.socket.send('\u0000\u0001'), ['message_invalid']],
    ['a text of a megabyte', (one) => one.socket.send('x'.repeat(1_000_000)), ['payload_too_large']],
    ['a frame number of half', (one) => one.frame({ frameNumber: 0.5 }), ['message_invalid']],
  ])('is told so, counted, and goes on: %s', async (_what, misbehave, codes) => {
    const viewer = await stage.watch(stage.phone.view_token as string, '?mode=overlay');
    const frames = framesOf(viewer);
    const publisher = await stage.publish();
    misbehave(publisher);
    await publisher.answered(1);
    publisher.socket.send(stage.jpegs[0] as Uint8Array);
    const before = publisher.errors.length;
    await until(async () => {
      publisher.frame();
      await sleep(30);
      return frames.length > 0;
    });
    expect(publisher.errors.slice(0, 1)).toEqual(codes);
    expect(publisher.errors.length).toBeLessThanOrEqual(before + 1);
    expect(publisher.socket.readyState).toBe(WebSocket.OPEN);
    const { text } = await stage.call('GET', '/metrics');
    expect(text).toContain(`lookout_publisher_errors_total{camera="phone",code="${codes[0]}"}`);
  });

  it('is closed after 20 errors in a row', async () => {
    const publisher = await stage.publish();
    for (let n = 0; n < 25; n++) publisher.socket.send('{');
    expect(await publisher.closed).toBe('1008 20 errors in a row');
    expect(publisher.errors).toHaveLength(20);
  });

  it('is closed after 20 JPEGs that no worker could decode, each counted and none shown', async () => {
    const viewer = await stage.watch(stage.phone.view_token as string);
    const frames = framesOf(viewer);
    const publisher = await stage.publish();
    const noise = syntheticJpeg({ width: 320, height: 240, bytes: 20_000 });
    let isOpen = true;
    void publisher.closed.then(() => {
      isOpen = false;
    });
    while (isOpen) {
      publisher.frame({}, noise);
      await sleep(20);
    }
    expect(await publisher.closed).toBe('1008 20 errors in a row');
    expect(new Set(publisher.errors)).toEqual(new Set(['frame_invalid']));
    expect(frames).toHaveLength(0);
    expect((await stage.stats()).frames.dropped.invalid).toBeGreaterThanOrEqual(20);
  });

  it('is cut before a message of 100 MB is read', async () => {
    const publisher = await stage.publish();
    const before = process.memoryUsage().rss;
    publisher.metadata();
    publisher.socket.send(Buffer.alloc(100_000_000));
    expect(await publisher.closed).toMatch(/^1009|^1006/);
    // The sender's own copies are in this process; the server's would come on top.
    expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000);
    await until(async () => (await stage.camera()).state === 'off');
    expect((await stage.camera()).state_reason).toBe('The publisher disconnected: a message was too large');
  });
});

describe('a publisher whose times and numbers are wrong', () => {
  it.each<[string, (n: number) => unknown]>([
    ['in the future', () => Date.now() + 3_600_000],
    ['in the past', () => Date.now() - 3_600_000],
    ['not a number', () => Number.NaN],
    ['now this, now that', (n) => [0, 9e15, null, -1, Date.now()][n % 5]],
  ])('%s: viewers see ages that can be', async (_what, timestamp) => {
    const viewer = await stage.watch(stage.phone.view_token as string, '?mode=overlay&every=all');
    const frames = framesOf(viewer);
    const publisher = await stage.publish();
    for (let n = 0; frames.length < 10; n++) {
      publisher.frame({ timestamp: timestamp(n) });
      await sleep(30);
    }
    for (const { age_ms } of frames) {
      expect(age_ms).toBeGreaterThanOrEqual(0);
      expect(age_ms).toBeLessThan(20_000);
    }
    const times = frames.map((frame) => frame.timestamp as number);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(publisher.errors).toEqual([]);
  });

  it('numbers that go back: those of its viewers rise', async () => {
    const viewer = await stage.watch(stage.phone.view_token as string, '?mode=overlay&every=all');
    const frames = framesOf(viewer);
    const publisher = await stage.publish();
    for (let n = 0; frames.length < 12; n++) {
      publisher.frame({ frameNumber: [50, 51, 3, 3, 2 ** 52, 0][n % 6] });
      await sleep(30);
    }
    const numbers = frames.map(({ frameNumber }) => frameNumber as number);
    for (let index = 1; index < numbers.length; index++) {
      expect(numbers[index]).toBeGreaterThan(numbers[index - 1] as number);
    }
  });
});

describe('a publisher that sends too much', () => {
  it('of thousands of frames at once most are dropped unread, and what comes after them is shown', async () => {
    const viewer = await stage.watch(stage.phone.view_token as string, '?mode=overlay');
    const frames = framesOf(viewer);
    const publisher = await stage.publish();
    // As fast as they go: however slow the machine, that is far over 60 a second.
    for (let n = 0; n < 2000; n++) publisher.frame();
    await until(async () => (await stage.stats()).frames.received === 2000);
    expect((await stage.stats()).frames.dropped.throttled).toBeGreaterThan(1000);
    await until(async () => {
      publisher.frame();
      await sleep(30);
      return (frames.at(-1)?.frameNumber as number) >= 2000;
    });
    expect(publisher.socket.readyState).toBe(WebSocket.OPEN);
    expect(publisher.errors).toEqual([]);
  }, 120_000);
});

describe('a peer that does not keep to TCP or WebSocket', () => {
  function raw(): Promise<net.Socket> {
    const { hostname, port } = new URL(stage.server.url);
    return new Promise((resolve, reject) => {
      const socket = net.connect(Number(port), hostname, () => resolve(socket));
      socket.once('error', reject);
      stage.open.push(() => socket.destroy());
    });
  }
  const handshake = () =>
    `GET /ws/camera/${stage.phone.publish_token} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

  it('that stops in the middle of a frame keeps nobody else from publishing', async () => {
    const socket = await raw();
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.write(handshake());
    expect(await answer).toMatch(/^HTTP\/1\.1 101/);
    // The head of a masked binary message of 1 MB, and three bytes of it.
    socket.write(Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 1, 2, 3, 4, 9, 9, 9]));
    await until(async () => (await stage.camera()).state === 'connecting');
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    const publisher = await stage.publish();
    await ended;
    await until(async () => {
      publisher.frame();
      return (await stage.camera()).state === 'live';
    });
  });

  it('that vanishes leaves its camera waiting', async () => {
    const socket = await raw();
    socket.write(handshake());
    await until(async () => (await stage.camera()).state === 'connecting');
    socket.resetAndDestroy();
    await until(async () => (await stage.camera()).state === 'off');
  });
});

describe('viewers of a published camera', () => {
  it('that never read, and that report nonsense, hurt themselves only', async () => {
    const stuck = await stage.watch(stage.phone.view_token as string);
    stuck.pause();
    const absurd = await stage.watch(stage.phone.view_token as string, '?ack=1');
    const reader = await stage.watch(stage.phone.view_token as string, '?mode=overlay');
    const frames = framesOf(reader);
    const publisher = await stage.publish();
    const reports = [
      { fps: -5, latency: 1e99, queueSize: 1 },
      { fps: 1e308, latency: -1, queueSize: -1 },
      { fps: 30, latency: 1e6, queueSize: 1e7 },
      { fps: '30', latency: null },
    ];
    for (let n = 0; frames.length < 20; n++) {
      publisher.frame();
      absurd.send(JSON.stringify({ type: 'performance_stats', ...reports[n % reports.length] }));
      await sleep(30);
    }
    expect(publisher.errors).toEqual([]);
  });
});

it('keeps nothing of a thousand publishers that came and went', async () => {
  const timersBefore = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  for (let n = 0; n < 1000; n++) {
    const publisher = await stage.connect(stage.phone.publish_token as string);
    stage.open.pop();
    publisher.frame();
    if (n % 3 === 0) publisher.socket.close();
    else publisher.socket.terminate();
    if (n % 50 === 0) await publisher.closed;
  }
  await until(async () => (await stage.camera()).state === 'off');
  expect((await stage.call<Message[]>('GET', '/api/cameras')).status).toBe(200);
  await until(() => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length <= timersBefore + 10);
  expect((await stage.stats()).state_history.length).toBeLessThanOrEqual(100);
  const publisher = await stage.publish();
  await until(async () => {
    publisher.frame();
    return (await stage.camera()).state === 'live';
  });
}, 120_000);
