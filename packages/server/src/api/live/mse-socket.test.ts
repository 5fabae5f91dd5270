import { EventEmitter } from 'node:events';
import { type EncodedPacket, EncodedStream } from '@lookout/media';
import { encodedClip } from '@lookout/media/testing';
import type { MseServerMessage } from '@lookout/protocol';
import { Registry } from 'prom-client';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Camera } from '../../pipeline/cameras/camera.js';
import { PlayerMetrics } from '../../platform/metrics/player-metrics.js';
import { serveMse } from './mse-socket.js';

// What a player is sent, packet by packet, without a network.

let clip: EncodedPacket[];
beforeAll(async () => {
  clip = await encodedClip('annexb');
});

class FakeSocket extends EventEmitter {
  readyState: number = WebSocket.OPEN;
  readonly texts: MseServerMessage[] = [];
  /** Box types at the beginning of each binary message. */
  readonly boxes: string[] = [];
  pings = 0;
  readonly terminate = vi.fn();
  readonly close = vi.fn(() => {
    this.readyState = WebSocket.CLOSING;
  });

  send(data: string | Uint8Array): void {
    if (typeof data === 'string') this.texts.push(JSON.parse(data));
    else this.boxes.push(Buffer.from(data.buffer, data.byteOffset + 4, 4).toString('latin1'));
  }

  ping(): void {
    this.pings++;
  }

  get segments(): number {
    return this.boxes.filter((type) => type === 'prft').length;
  }

  /** It has received everything so far. */
  receives(): void {
    this.emit('pong', Buffer.from(String(this.pings)));
  }
}

let encoded: EncodedStream;
let metrics: Registry;
let players: PlayerMetrics;
let nowMs: number;
let invalid: number;

beforeEach(() => {
  encoded = new EncodedStream();
  metrics = new Registry();
  players = new PlayerMetrics(metrics);
  nowMs = 0;
  invalid = 0;
});

function play(): FakeSocket {
  const socket = new FakeSocket();
  const camera = { id: 'yard', video: { encoded, addViewer: () => () => undefined } } as unknown as Camera;
  serveMse(
    socket as unknown as WebSocket,
    camera,
    { codecs: 'avc1' },
    { now: () => nowMs, metrics: players, onInvalidMessage: () => invalid++ },
  );
  return socket;
}

/** Packets of groups of `size`, as the camera goes on. */
function* groups(size: number): Generator<EncodedPacket, never> {
  const keyframe = clip.find((packet) => packet.keyframe)!;
  const other = clip.find((packet) => !packet.keyframe)!;
  for (let i = 0; ; i++) yield { ...(i % size === 0 ? keyframe : other), ptsMs: i * 40, dtsMs: i * 40 };
}

function send(camera: Iterator<EncodedPacket, never>, count: number): void {
  for (let i = 0; i < count; i++) encoded.put(camera.next().value);
}

it('sends what the track is, then a segment for each packet from the kept group on', () => {
  const camera = groups(10);
  send(camera, 13);
  const socket = play();
  expect(socket.texts).toEqual([{ type: 'init', codec: expect.stringMatching(/^avc1\./), width: 320, height: 240 }]);
  expect(socket.boxes).toEqual(['ftyp', 'prft', 'prft', 'prft']);
  send(camera, 8);
  expect(socket.segments).toBe(11);
  expect(socket.texts, 'the same parameter sets again').toHaveLength(1);
});

it('sends another initialisation segment with other parameter sets', () => {
  const socket = play();
  send(groups(5), 3);
  const keyframe = clip.find((packet) => packet.keyframe)!;
  // Level 1.3 becomes 4.0.
  const data = Uint8Array.from(keyframe.data);
  data[Buffer.from(data).indexOf(Buffer.of(0, 0, 1, 0x67)) + 6] = 40;
  encoded.put({ ...keyframe, data, ptsMs: 200, dtsMs: 200 });
  expect(socket.boxes).toEqual(['ftyp', 'prft', 'prft', 'prft', 'ftyp', 'prft']);
  expect(socket.texts).toMatchObject([{ type: 'init' }, { type: 'init', codec: expect.stringMatching(/28$/) }]);
});

it('has a second of video on its way to a player that is behind, which continues at the newest keyframe', async () => {
  const slow = play();
  const fast = play();
  fast.ping = () => fast.emit('pong', Buffer.from(String(++fast.pings)));
  const camera = groups(10);
  send(camera, 75);
  expect(fast.segments).toBe(75);
  expect(slow.segments).toBe(30);
  slow.receives();
  expect(slow.segments, 'packets 70 to 74').toBe(35);
  const text = await metrics.metrics();
  expect(text).toContain('lookout_mse_packets_total{camera="yard",event="skipped"} 40');
  expect(text).toContain('lookout_mse_players{camera="yard"} 2');
});

it('believes no acknowledgement of what was not sent', () => {
  const socket = play();
  const camera = groups(1000);
  send(camera, 40);
  for (const payload of ['31', '-1', 'x', '']) socket.emit('pong', Buffer.from(payload));
  expect(socket.segments).toBe(30);
  socket.emit('pong', Buffer.from('5'));
  expect(socket.segments).toBe(35);
});

it('disconnects a player that takes nothing for half a minute', () => {
  vi.useFakeTimers();
  try {
    const socket = play();
    send(groups(10), 40);
    nowMs = 29_000;
    vi.advanceTimersByTime(5000);
    expect(socket.terminate).not.toHaveBeenCalled();
    nowMs = 31_000;
    vi.advanceTimersByTime(5000);
    expect(socket.terminate).toHaveBeenCalledOnce();
  } finally {
    vi.useRealTimers();
  }
});

it('ends when the camera changes to a codec that the player lacks, and says why', () => {
  const socket = play();
  const camera = groups(10);
  send(camera, 2);
  const [keyframe] = clip;
  encoded.put({ ...keyframe!, format: { codec: 'hevc', framing: 'annexb', fps: 25 } });
  expect(socket.texts.at(-1)).toMatchObject({ type: 'error', code: 'conflict' });
  expect(socket.close).toHaveBeenCalledWith(1003, expect.any(String));
  expect(socket.segments).toBe(2);
});

it('takes nothing more once it is closed, and ends with the camera', () => {
  const socket = play();
  const other = play();
  expect(encoded.takerCount).toBe(2);
  socket.emit('close');
  expect(encoded.takerCount).toBe(1);
  encoded.close();
  expect(other.close).toHaveBeenCalledWith(1001, expect.any(String));
});

it('answers pings, and closes after twenty invalid messages in a row', () => {
  const socket = play();
  nowMs = Date.now();
  socket.emit('message', '{"type":"ping","t0":5}', false);
  expect(socket.texts).toEqual([{ type: 'pong', t0: 5, t1: expect.closeTo(Date.now(), -4) }]);
  for (let i = 0; i < 20; i++) socket.emit('message', i % 2 ? '{"type":"ack"}' : '{', i % 3 === 0);
  expect(invalid).toBe(20);
  expect(socket.close).toHaveBeenCalledWith(1008, expect.any(String));
});
