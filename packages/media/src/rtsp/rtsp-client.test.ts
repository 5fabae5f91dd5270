import { LookoutError } from '@lookout/protocol/core';
import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MJPEG } from 'node-av/constants';
import { Codec, CodecContext, Frame, Packet } from 'node-av/lib';
import { afterEach, describe, expect, it } from 'vitest';
import { nowMs } from '../frame/clock.js';
import { readClockCode } from '../testing/clock-code.js';
import { type RtspServer, type RtspServerOptions, startRtspServer } from '../testing/rtsp-server.js';
import { type AccessUnit, RtspClient, type RtspClientOptions, type RtspTrack } from './rtsp-client.js';

/** Against a real server (gst-rtsp-server): everything the client does on a good day and on the usual bad ones. */

const SMALL = { width: 320, height: 240, fps: 30 } as const;
const servers: RtspServer[] = [];

async function serve(options: RtspServerOptions = {}): Promise<RtspServer> {
  const server = await startRtspServer({ ...SMALL, ...options });
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

class Recording {
  readonly units: AccessUnit[] = [];
  readonly lost: string[] = [];
  track: RtspTrack | undefined;
  bytes = 0;
  readonly abort = new AbortController();
  readonly done: Promise<LookoutError | undefined>;
  #waiting: { count: number; resolve: () => void } | undefined;

  constructor(url: string, options?: RtspClientOptions) {
    const handlers = {
      onTrack: (track: RtspTrack) => {
        this.track = track;
      },
      onAccessUnit: (unit: AccessUnit) => {
        this.units.push(unit);
        if (this.#waiting && this.units.length >= this.#waiting.count) this.#waiting.resolve();
      },
      onSenderReport: () => {},
      onBytes: (count: number) => {
        this.bytes += count;
      },
      onLost: (reason: string) => this.lost.push(reason),
    };
    this.done = new RtspClient(url, options).run(handlers, this.abort.signal).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof LookoutError) return error;
        throw error;
      },
    );
  }

  /** Resolves at the `count`th unit; rejects when the stream ends before. */
  async until(count: number): Promise<void> {
    if (this.units.length >= count) return;
    const reached = new Promise<void>((resolve) => {
      this.#waiting = { count, resolve };
    });
    const ended = this.done.then((error) => {
      throw error ?? new Error('The stream ended');
    });
    await Promise.race([reached, ended]);
  }

  async stop(): Promise<void> {
    this.abort.abort();
    expect(await this.done).toBeUndefined();
  }
}

const DECODERS = { h264: AV_CODEC_ID_H264, hevc: AV_CODEC_ID_HEVC, mjpeg: AV_CODEC_ID_MJPEG };

/** The times the pictures of these units were made at, read back from the decoded pictures. */
async function capturedMs(
  units: readonly AccessUnit[],
  codecName: keyof typeof DECODERS,
): Promise<(number | undefined)[]> {
  const codec = Codec.findDecoder(DECODERS[codecName]);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.threadCount = 1;
  expect(await context.open2(codec, null)).toBe(0);
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  const times: (number | undefined)[] = [];
  const take = async () => {
    while ((await context.receiveFrame(frame)) >= 0) {
      const luma = frame.data?.[0] ?? new Uint8Array();
      const size = { width: frame.width, height: frame.height, stride: frame.linesize[0] ?? 0 };
      times.push(readClockCode(luma, size, nowMs()));
    }
  };
  for (const unit of units) {
    packet.data = Buffer.from(unit.data);
    expect(await context.sendPacket(packet)).toBe(0);
    packet.unref();
    await take();
  }
  await context.sendPacket(null);
  await take();
  frame.free();
  packet.free();
  context.freeContext();
  return times;
}

/** Types of the NAL units in Annex B bytes. */
function nalTypes(data: Uint8Array, codec: 'h264' | 'hevc'): number[] {
  const types: number[] = [];
  for (let at = 0; at + 3 < data.length; at += 1) {
    if (data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 1) {
      const header = data[at + 3] ?? 0;
      types.push(codec === 'h264' ? header & 0x1f : (header >> 1) & 0x3f);
    }
  }
  return types;
}

describe('RtspClient against gst-rtsp-server', { timeout: 30_000 }, () => {
  it.each([
    { transport: 'tcp', protocols: 'all' },
    { transport: 'udp', protocols: 'all' },
    { transport: 'auto', protocols: 'tcp' },
    { transport: 'auto', protocols: 'udp' },
  ] as const)('reads H.264: asked for $transport, server speaks $protocols', async ({ transport, protocols }) => {
    const server = await serve({ protocols, keyframeInterval: 10 });
    const recording = new Recording(server.url, { transport });
    await recording.until(30);
    await recording.stop();
    const expected = protocols === 'udp' || transport === 'udp' ? 'udp' : 'tcp';
    expect(recording.track).toMatchObject({ codec: 'h264', transport: expected });
    expect(recording.lost).toEqual([]);
    const first = recording.units[0] as AccessUnit;
    expect(first.keyframe).toBe(true);
    for (const unit of recording.units) {
      const types = nalTypes(unit.data, 'h264');
      expect(unit.keyframe).toBe(types.includes(5));
      if (unit.keyframe) expect(types).toEqual(expect.arrayContaining([7, 8]));
    }
    expect(recording.units.filter((unit) => unit.keyframe).length).toBeGreaterThanOrEqual(3);
    const times = recording.units.map((unit) => unit.arrivalMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.abs(nowMs() - (times.at(-1) ?? 0))).toBeLessThan(10_000);
    const dataBytes = recording.units.reduce((sum, unit) => sum + unit.data.length, 0);
    expect(recording.bytes).toBeGreaterThan(0.9 * dataBytes);
  });

  it('puts parameter sets that stand in the description alone before keyframes', async () => {
    const server = await serve({ inBandParameterSets: false, keyframeInterval: 5 });
    const recording = new Recording(server.url);
    await recording.until(12);
    await recording.stop();
    expect(nalTypes(recording.track?.extradata ?? new Uint8Array(), 'h264')).toEqual([7, 8]);
    for (const unit of recording.units.filter(({ keyframe }) => keyframe)) {
      const types = nalTypes(unit.data, 'h264');
      expect(types.slice(0, 2)).toEqual([7, 8]);
      expect(types.filter((type) => type === 7)).toHaveLength(1);
    }
  });

  it('reads HEVC', async () => {
    const server = await serve({ codec: 'hevc', keyframeInterval: 10 });
    const recording = new Recording(server.url);
    await recording.until(15);
    await recording.stop();
    expect(recording.track?.codec).toBe('hevc');
    expect(recording.units[0]?.keyframe).toBe(true);
    const types = nalTypes(recording.units[0]?.data ?? new Uint8Array(), 'hevc');
    expect(types).toEqual(expect.arrayContaining([32, 33, 34]));
    expect(types.some((type) => type >= 16 && type <= 21)).toBe(true);
    expect(recording.lost).toEqual([]);
  });

  it.each(['tcp', 'udp'] as const)('reads JPEG over %s', async (transport) => {
    const server = await serve({ codec: 'mjpeg' });
    const recording = new Recording(server.url, { transport });
    await recording.until(10);
    await recording.stop();
    expect(recording.track?.codec).toBe('mjpeg');
    for (const { data, keyframe } of recording.units) {
      expect(keyframe).toBe(true);
      expect([...data.subarray(0, 2), ...data.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
    }
  });

  it.each(['basic', 'digest'] as const)('logs in by %s and is refused with a wrong password', async (kind) => {
    const authentication = { kind, username: 'ad min', password: 'p@ss:w/rd%' };
    const server = await serve({ authentication });
    const recording = new Recording(server.authorizedUrl);
    await recording.until(3);
    await recording.stop();

    const wrong = await new Recording(server.authorizedUrl.replace('p%40ss', 'wrong-secret')).done;
    expect(wrong?.code).toBe('camera_unauthorized');
    expect(`${wrong?.message} ${wrong?.stack} ${wrong?.hint}`).not.toMatch(/wrong-secret|ad%20min|ad min/);
    const none = await new Recording(server.url).done;
    expect(none?.code).toBe('camera_unauthorized');
  });

  it.each(['h264', 'hevc', 'mjpeg'] as const)(
    'delivers %s that decodes to the pictures sent, each once',
    async (codec) => {
      const server = await serve({ codec });
      const recording = new Recording(server.url);
      await recording.until(12);
      await recording.stop();
      const captured = await capturedMs(recording.units, codec);
      expect(captured).toHaveLength(recording.units.length);
      captured.forEach((time, index) => {
        const previous = captured[index - 1] ?? 0;
        expect(time).toBeGreaterThan(previous);
        // The unit was stamped after its picture was made, and soon.
        const delayMs = (recording.units[index]?.arrivalMs ?? 0) - (time ?? 0);
        expect(delayMs).toBeGreaterThan(-50);
        expect(delayMs).toBeLessThan(5000);
      });
    },
  );

  it('names a wrong path', async () => {
    const server = await serve();
    const error = await new Recording(server.url.replace('/camera', '/other')).done;
    expect(error?.code).toBe('camera_not_found');
  });

  it('tells when the server refuses the transport it was told to use', async () => {
    const server = await serve({ protocols: 'udp' });
    const error = await new Recording(server.url, { transport: 'tcp' }).done;
    expect(error?.code).toBe('camera_refused');
  });

  it('ends with camera_closed when the server is killed, and reads the next one', async () => {
    const server = await serve();
    const recording = new Recording(server.url);
    await recording.until(3);
    await server.kill();
    expect((await recording.done)?.code).toBe('camera_closed');

    const again = await serve({ port: server.port });
    const second = new Recording(again.url);
    await second.until(3);
    await second.stop();
  });

  it.each(['tcp', 'udp'] as const)('ends with camera_closed when the stream ends, over %s', async (transport) => {
    const server = await serve({ frames: 20, keyframeInterval: 5 });
    const recording = new Recording(server.url, { transport });
    expect((await recording.done)?.code).toBe('camera_closed');
    expect(recording.units.length).toBeGreaterThan(0);
  });

  it('ends with camera_stalled when the server hangs', async () => {
    const server = await serve();
    const recording = new Recording(server.url, { stallMs: 1000 });
    await recording.until(3);
    server.pause();
    expect((await recording.done)?.code).toBe('camera_stalled');
  });

  it('ends at once when aborted in each stage, and lets the server go', async () => {
    const server = await serve();
    const before = new Recording(server.url);
    await before.stop();
    const playing = new Recording(server.url);
    await playing.until(2);
    await playing.stop();
    const count = playing.units.length;
    server.pause();
    // Nobody answers here any more, neither OPTIONS nor TEARDOWN.
    const hanging = new Recording(server.url);
    await new Promise((resolve) => setImmediate(resolve));
    await hanging.stop();
    expect(playing.units.length).toBe(count);
  });
});
