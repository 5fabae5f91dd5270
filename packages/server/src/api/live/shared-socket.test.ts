import { setTimeout as sleep } from 'node:timers/promises';
import { readJpegHeader } from '@lookout/media';
import { Esp32Camera, makeTestJpegs } from '@lookout/media/testing';
import type { CameraDetailStats, Camera as CameraView } from '@lookout/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { opened, startWholeServer, until, type WholeServer } from '../../testing/whole-server.js';
import { parseQuality } from './shared-socket.js';

// The whole server with a real camera and real sockets: what a quality costs is counted in its metrics.

let server: WholeServer;
let camera: Esp32Camera;
const open: WebSocket[] = [];

beforeAll(async () => {
  camera = await Esp32Camera.start({ jpegs: await makeTestJpegs({ count: 5, width: 320, height: 240 }), fps: 10 });
  server = await startWholeServer({ flags: { sources: [camera.url] } });
});

afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});

afterAll(async () => {
  await camera?.close();
  await server?.close();
});

interface Watcher {
  socket: WebSocket;
  jpegs: Buffer[];
  /** `b` for a binary message, `t` for a text one, `p` for a ping. */
  order: string;
}

async function watch(path: string): Promise<Watcher> {
  const socket = new WebSocket(server.wsUrl + path);
  open.push(socket);
  const watcher: Watcher = { socket, jpegs: [], order: '' };
  socket.on('message', (data: Buffer, isBinary) => {
    watcher.order += isBinary ? 'b' : 't';
    watcher.jpegs.push(data);
  });
  socket.on('ping', () => {
    watcher.order += 'p';
  });
  await opened(socket);
  return watcher;
}

const json = async <T>(path: string) => (await fetch(server.url + path)).json() as Promise<T>;
const received = async () => (await json<CameraDetailStats>('/api/cameras/127-0-0-1/stats')).frames.received;

async function encodes(quality: number, mode = 'overlay'): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const sample = new RegExp(
    `^lookout_encodes_total\\{camera="127-0-0-1",quality="${quality}",mode="${mode}"\\} (\\d+)$`,
    'm',
  );
  return Number(sample.exec(text)?.[1] ?? 0);
}

describe('WS /websocket/:quality', () => {
  it('sends JPEGs and nothing else, each followed by a ping, of the first camera', async () => {
    const watcher = await watch('/websocket/70');
    await until(() => watcher.jpegs.length >= 8);
    expect(watcher.order).toMatch(/^(bp)+b?$/);
    for (const jpeg of watcher.jpegs) expect(readJpegHeader(jpeg)).toMatchObject({ width: 320, height: 240 });
  });

  it('gives finer pictures for higher qualities', async () => {
    const mean = async (quality: number) => {
      const { jpegs, socket } = await watch(`/websocket/${quality}?camera=127-0-0-1`);
      await until(() => jpegs.length >= 5);
      socket.close();
      return jpegs.slice(0, 5).reduce((sum, { length }) => sum + length, 0) / 5;
    };
    const sizes = [await mean(30), await mean(50), await mean(70), await mean(95)];
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(sizes[3]! / sizes[0]!).toBeGreaterThan(1.5);
  });

  it('encodes a frame once however many watch, and not at all when nobody does', async () => {
    const watchers = await Promise.all(Array.from({ length: 6 }, () => watch('/websocket/61')));
    await until(() => watchers.every(({ jpegs }) => jpegs.length >= 10));
    for (const { socket } of watchers) socket.terminate();
    await until(async () => (await json<CameraDetailStats>('/api/cameras/127-0-0-1/stats')).viewer_count === 0);
    const made = await encodes(61);
    const sent = watchers.reduce((sum, { jpegs }) => sum + jpegs.length, 0);
    // Not every picture that was made reaches everybody, but none is made for each of six.
    expect(made).toBeGreaterThanOrEqual(10);
    expect(made).toBeLessThan(sent / 3);
    const seen = await received();
    await until(async () => (await received()) > seen + 10);
    expect(await encodes(61)).toBe(made);
  });

  it('does not encode for a viewer that takes nothing', async () => {
    const watcher = await watch('/websocket/43');
    await until(() => watcher.jpegs.length >= 1);
    watcher.socket.pause();
    // One more may be on its way; then its ping stays unanswered.
    const seen = await received();
    await until(async () => (await received()) > seen + 20);
    expect(await encodes(43)).toBeLessThan(watcher.jpegs.length + 4);
    watcher.socket.resume();
    const { length } = watcher.jpegs;
    await until(() => watcher.jpegs.length > length + 3);
  });

  it('draws boxes in where asked to', async () => {
    const watcher = await watch('/websocket/52?mode=annotated');
    await until(() => watcher.jpegs.length >= 3);
    expect(await encodes(52, 'annotated')).toBeGreaterThanOrEqual(3);
    expect(await encodes(52)).toBe(0);
  });

  it.each([
    ['29', 400, 'from 30 to 95, got \\"29\\"'],
    ['96', 400, 'got \\"96\\"'],
    ['100', 400, 'got \\"100\\"'],
    ['75.5', 400, 'got \\"75.5\\"'],
    ['075', 400, 'got \\"075\\"'],
    ['7e1', 400, 'got \\"7e1\\"'],
    ['-40', 400, 'got \\"-40\\"'],
    ['high', 400, 'got \\"high\\"'],
    ['80?camera=nobody', 404, 'There is no camera'],
    ['80?fps=10', 400, 'fps: unknown key'],
    ['80?mode=raw', 400, 'mode: expected one of'],
  ])('refuses %s by %i and the reason', async (path, status, reason) => {
    await expect(watch(`/websocket/${path}`)).rejects.toThrow(
      new RegExp(`^${status} .*${reason.replace(/[\\".]/g, '\\$&')}`),
    );
  });

  it('opens a device with the first watcher and gives it back after the last', async () => {
    const state = async () => (await json<CameraView>('/api/cameras/desk')).state;
    const response = await fetch(`${server.url}/api/cameras`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'desk', url: '/dev/video97' }),
    });
    expect(response.status).toBe(201);
    expect(await state()).toBe('off');
    const [first, second] = [await watch('/websocket/80?camera=desk'), await watch('/websocket/40?camera=desk')];
    // There is no such device, so opening it is all that can be seen of it.
    await until(async () => (await state()) === 'unreachable');
    first.socket.terminate();
    // Longer than a device is kept after the last watcher, by the camera's own clock.
    await sleep(3500);
    expect(await state()).not.toBe('off');
    second.socket.terminate();
    await until(async () => (await state()) === 'off');
    await fetch(`${server.url}/api/cameras/desk`, { method: 'DELETE' });
  });

  it('ends with the camera', async () => {
    await fetch(`${server.url}/api/cameras`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'second', url: camera.url }),
    });
    const { socket } = await watch('/websocket/80?camera=second');
    const closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve(`${code} ${reason}`)));
    await fetch(`${server.url}/api/cameras/second`, { method: 'DELETE' });
    expect(await closed).toBe('1001 The camera was removed');
  });
});

it.each(['30', '95', '61'])('parseQuality reads %s', (text) => expect(parseQuality(text)).toBe(Number(text)));
