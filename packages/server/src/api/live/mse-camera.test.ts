import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Esp32Camera, makeTestJpegs, type RtspServer, startRtspServer } from '@lookout/media/testing';
import type { Camera, CameraDetailStats, CameraTokens, MseServerMessage } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { opened, startWholeServer, until, type WholeServer } from '../../testing/whole-server.js';

// The whole server with real cameras: what players get, FFmpeg decodes.

let server: WholeServer;
let rtsp: RtspServer;
let hevc: RtspServer;
let jpegs: Esp32Camera;

beforeAll(async () => {
  server = await startWholeServer();
  rtsp = await startRtspServer({ width: 320, height: 240, fps: 20, keyframeInterval: 20 });
  hevc = await startRtspServer({ codec: 'hevc', width: 320, height: 240, fps: 10 });
  jpegs = await Esp32Camera.start({ jpegs: await makeTestJpegs({ count: 3, width: 160, height: 120 }), fps: 10 });
  for (const [id, url] of Object.entries({ yard: rtsp.url, gate: hevc.url, hall: jpegs.url }))
    await server.call('POST', '/api/cameras', { id, url, detect: { enabled: false } });
  await until(async () => {
    const { body } = await server.call<Camera[]>('GET', '/api/cameras');
    return body.every(({ id, state, video }) => state === 'live' && (id === 'hall' || video));
  });
}, 60_000);
afterAll(async () => {
  await server?.close();
  for (const each of [rtsp, hevc]) await each?.stop();
  await jpegs?.close();
});

interface Player {
  socket: WebSocket;
  texts: MseServerMessage[];
  segments: Buffer[];
}

async function play(path: string): Promise<Player> {
  const socket = new WebSocket(server.wsUrl + path);
  const player: Player = { socket, texts: [], segments: [] };
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) player.segments.push(data);
    else player.texts.push(JSON.parse(String(data)));
  });
  await opened(socket);
  return player;
}

function probe(segments: readonly Buffer[]) {
  const path = join(server.directory, 'played.mp4');
  writeFileSync(path, Buffer.concat(segments));
  const args = ['-v', 'error', '-err_detect', 'explode', '-of', 'json', '-show_streams', '-show_frames', path];
  return JSON.parse(execFileSync('ffprobe', args, { encoding: 'utf8' })) as { streams: object[]; frames: object[] };
}

const capturedMs = (segment: Buffer | undefined) =>
  (segment!.readUInt32BE(16) - 2_208_988_800) * 1000 + (segment!.readUInt32BE(20) / 2 ** 32) * 1000;
const stats = async (id: string) => (await server.call<CameraDetailStats>('GET', `/api/cameras/${id}/stats`)).body;

describe('WS /ws/mse/:camera', () => {
  it.each([
    ['yard', '', 'h264', /^avc1\./],
    ['gate', '?codecs=avc1,hvc1', 'hevc', /^hvc1\./],
  ])('plays %s%s, by id or by link', async (id, query, codec_name, codec) => {
    const { body } = await server.call<Required<CameraTokens>>('GET', `/api/cameras/${id}`);
    for (const name of [id, body.view_token]) {
      const { socket, texts, segments } = await play(`/ws/mse/${name}${query}`);
      await until(() => segments.length > 20);
      expect((await stats(id)).viewer_count).toBe(1);
      socket.close();
      await until(async () => (await stats(id)).viewer_count === 0);
      expect(texts).toEqual([{ type: 'init', codec: expect.stringMatching(codec), width: 320, height: 240 }]);
      const { streams, frames } = probe(segments);
      expect(streams).toMatchObject([{ codec_name, width: 320, height: 240 }]);
      expect(frames).toHaveLength(segments.length - 1);
    }
  });

  it('begins with the newest group, however long ago somebody else watched', async () => {
    await until(async () => (await stats('yard')).video?.takers === 0);
    const before = await stats('yard');
    await until(async () => ((await stats('yard')).video?.packets ?? 0) > (before.video?.packets ?? 0) + 60);
    const { socket, segments } = await play('/ws/mse/yard');
    await until(() => segments.length > 1);
    const ageMs = Date.now() - capturedMs(segments[1]);
    socket.close();
    expect(ageMs, 'a group is a second').toBeLessThan(2000);
    expect(ageMs).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['/ws/mse/hall', /409.*This camera sends mjpeg/],
    ['/ws/mse/gate', /409.*This camera sends hevc, which the player does not decode/],
    ['/ws/mse/gate?codecs=vp8', /400.*codecs/],
    ['/ws/mse/nobody', /404/],
  ])('refuses %s, and says why', async (path, reason) => {
    await expect(play(path)).rejects.toThrow(reason);
  });

  it('refuses a camera that is away, with its reason', async () => {
    await server.call('POST', '/api/cameras', { id: 'away', url: 'rtsp://127.0.0.1:9/' });
    await until(async () => (await server.call<Camera>('GET', '/api/cameras/away')).body.state === 'unreachable');
    await expect(play('/ws/mse/away')).rejects.toThrow(/502.*camera_unreachable/);
  });
});
