import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { VideoDecoder } from '../capture/video-decoder.js';
import { allocated, check, FormatContext, Packet } from '../codec/native.js';
import { PictureTools } from '../codec/picture-tools.js';
import type { RtmpMetadata } from './metadata.js';
import type { RtmpVideoPacket } from './published-media.js';
import type { RtmpEnd } from './rtmp-error.js';
import { RtmpListener } from './rtmp-listener.js';

const FRAMES = 30;
const KEYFRAME_EVERY = 15;
const PICTURES = `testsrc2=size=160x120:rate=25:duration=${FRAMES / 25}`;
const PICTURES_AND_SOUND = `${PICTURES}[out0];sine=duration=${FRAMES / 25}[out1]`;

/** Everything that publishers sent. */
let received: { packets: RtmpVideoPacket[]; metadata: RtmpMetadata[]; ends: RtmpEnd[]; agents: (string | undefined)[] };
const server = createServer();
const listener = new RtmpListener(server, {
  authorize: async (key, { agent }) => {
    received.agents.push(agent);
    return key === 'KEY' ? { accepted: true } : { accepted: false, reason: 'The key is wrong' };
  },
  onPublish: () => ({
    onPacket: (packet) => received.packets.push(packet),
    onMetadata: (metadata) => received.metadata.push(metadata),
    onEnd: () => {},
  }),
  onConnectionEnd: (end) => received.ends.push(end),
});
let folder: string;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-rtmp-'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `rtmp://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await listener.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  received = { packets: [], metadata: [], ends: [], agents: [] };
});

function run(command: string, args: string[]): Promise<{ code: number | string; output: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 25_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}

const ffmpeg = (address: string, codec: string[], source = PICTURES) =>
  run('ffmpeg', encode(source, codec, ['-f', 'flv', address]));

function encode(source: string, codec: string[], output: string[]): string[] {
  const input = ['-hide_banner', '-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p'];
  return [...input, '-c:v', ...codec, '-g', `${KEYFRAME_EVERY}`, ...output];
}

const ended = () => expect.poll(() => received.ends).toHaveLength(1);

/** Pictures that FFmpeg's decoder makes of the packets. */
function decode(codec: 'h264' | 'hevc'): number {
  const tools = new PictureTools();
  let frames = 0;
  {
    using decoder = new VideoDecoder({ codec, extradata: received.packets[0]!.config! }, true, tools, {
      onFrame: (frame) => {
        frames += 1;
        tools.giveBack(frame);
      },
      onInvalid: (reason) => expect.fail(reason),
    });
    for (const { data, isKeyframe, ptsMs } of received.packets) decoder.decode(data, isKeyframe, ptsMs);
    decoder.drain();
  }
  tools.close();
  return frames;
}

function expectEvenTimes(): void {
  const { packets } = received;
  const steps = packets.slice(1).map(({ dtsMs }, index) => dtsMs - packets[index]!.dtsMs);
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(39);
  expect(Math.max(...steps)).toBeLessThanOrEqual(41);
  expect(packets.some(({ isDiscontinuity }) => isDiscontinuity)).toBe(false);
  expect(packets.flatMap(({ isKeyframe }, index) => (isKeyframe ? [index] : []))).toEqual([0, KEYFRAME_EVERY]);
}

describe('FFmpeg as a publisher', () => {
  it.each([
    ['without B-frames', '/live/KEY', ['libx264', '-tune', 'zerolatency'], PICTURES],
    ['with B-frames', '/live/yard?key=KEY', ['libx264', '-bf', '2'], PICTURES],
    ['with sound', '/live?key=KEY', ['libx264', '-bf', '0'], PICTURES_AND_SOUND],
  ])('is taken %s, at %s', async (_name, path, codec, source) => {
    expect(await ffmpeg(url + path, codec, source)).toMatchObject({ code: 0 });
    await ended();
    expect(received.ends).toMatchObject([{ reason: 'unpublished' }]);
    expect(received.agents).toEqual([expect.stringContaining('Lavf')]);
    expect(received.metadata).toEqual([{ width: 160, height: 120, fps: 25, encoder: expect.stringContaining('Lavf') }]);
    expect(received.packets).toHaveLength(FRAMES);
    expectEvenTimes();
    expect(decode('h264')).toBe(FRAMES);
  });

  it.each([
    ['/live/WRONG', 'The key is wrong', 'refused'],
    ['/live', 'stream key is missing', 'refused'],
    ['/other/KEY', 'must be rtmp://HOST/live/KEY', 'wrong_app'],
  ])('learns why %s is refused', async (path, message, reason) => {
    const { code, output } = await ffmpeg(url + path, ['libx264']);
    expect(code).not.toBe(0);
    expect(output).toContain(message);
    await ended();
    expect(received.ends).toMatchObject([{ reason }]);
    expect(received.packets).toEqual([]);
  });

  it('learns that its codec is not supported', async () => {
    await ffmpeg(`${url}/live/KEY`, ['flv1']);
    await ended();
    expect(received.ends).toMatchObject([
      { reason: 'unsupported_codec', message: expect.stringContaining('FLV codec 2') },
    ]);
  });

  it('learns that there is no playback', async () => {
    const { output } = await run('ffmpeg', ['-v', 'error', '-i', `${url}/live/KEY`, '-f', 'null', '-']);
    expect(output).toContain('it has no RTMP playback');
  });
});

describe('enhanced RTMP, by FFmpeg 8', () => {
  it.each<['hevc' | 'av1' | 'vp9', string[]]>([
    ['hevc', ['libx265', '-x265-params', 'bframes=2:open-gop=0:scenecut=0:log-level=none']],
    ['av1', ['libaom-av1', '-cpu-used', '8', '-usage', 'realtime', '-lag-in-frames', '0']],
    ['vp9', ['libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0']],
  ])('brings %s', async (codec, encoder) => {
    const path = join(folder, `${codec}.mp4`);
    expect(await run('ffmpeg', encode(PICTURES, encoder, [path]))).toMatchObject({ code: 0 });
    await publishFile(path, `${url}/live/KEY`);
    await ended();
    expect(received.ends).toMatchObject([{ reason: 'unpublished' }]);
    expect(received.packets).toHaveLength(FRAMES);
    expect(received.packets[0]).toMatchObject({ codec, config: expect.any(Buffer) });
    expectEvenTimes();
    if (codec === 'hevc') expect(decode(codec)).toBe(FRAMES);
  });
});

/** Sends a file as it is, as fast as it goes. */
async function publishFile(path: string, address: string): Promise<void> {
  const input = new FormatContext();
  input.allocContext();
  check(await input.openInput(path, null, null), 'open a file');
  check(await input.findStreamInfo(null), 'read a file');
  const output = new FormatContext();
  check(output.allocOutputContext2(null, 'flv', address), 'make an FLV stream');
  const [source] = input.streams;
  const stream = output.newStream(null);
  check(source!.codecpar.copy(stream.codecpar), 'describe a video');
  stream.codecpar.codecTag = 0;
  check(await output.openOutput(), 'connect');
  check(await output.writeHeader(null), 'begin a stream');
  const packet = allocated(new Packet());
  while ((await input.readFrame(packet)) >= 0) {
    packet.rescaleTs(source!.timeBase, output.streams[0]!.timeBase);
    check(await output.interleavedWriteFrame(packet), 'send a frame');
    packet.unref();
  }
  check(await output.writeTrailer(), 'end a stream');
  packet.free();
  await output.closeOutput();
  output.freeContext();
  await input.closeInput();
}

describe('GStreamer’s rtmp2sink', () => {
  const script = `
    imports.gi.versions.Gst = '1.0';
    const { Gst, GLib } = imports.gi;
    Gst.init(null);
    const pipeline = Gst.parse_launch(ARGV[0]);
    const loop = GLib.MainLoop.new(null, false);
    const bus = pipeline.get_bus();
    bus.add_signal_watch();
    bus.connect('message', (_bus, message) => {
      if (message.type === Gst.MessageType.ERROR) print(...message.parse_error());
      if (message.type === Gst.MessageType.EOS) print('end of stream');
      if (message.type === Gst.MessageType.ERROR || message.type === Gst.MessageType.EOS) loop.quit();
    });
    pipeline.set_state(Gst.State.PLAYING);
    loop.run();
    pipeline.set_state(Gst.State.NULL);`;

  const gstreamer = (address: string) => {
    const file = join(folder, 'publish.js');
    writeFileSync(file, script);
    const pipeline =
      `videotestsrc num-buffers=${FRAMES} ! video/x-raw,format=I420,width=160,height=120,framerate=25/1 ! ` +
      `x264enc tune=zerolatency key-int-max=${KEYFRAME_EVERY} ! h264parse ! flvmux streamable=true ! rtmp2sink location=${address}`;
    return run('gjs', [file, pipeline]);
  };

  it('is taken', async () => {
    expect((await gstreamer(`${url}/live/KEY`)).output).toContain('end of stream');
    await ended();
    expect(received.ends).toMatchObject([{ reason: 'unpublished' }]);
    expect(received.packets).toHaveLength(FRAMES);
    expectEvenTimes();
    expect(decode('h264')).toBe(FRAMES);
  });

  it('learns that its key is refused', async () => {
    expect((await gstreamer(`${url}/live/WRONG`)).output).toContain('The key is wrong');
    await ended();
    expect(received.ends).toMatchObject([{ reason: 'refused' }]);
  });
});
