import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RtspClient } from '../rtsp/rtsp-client.js';
import { readClockCode } from './clock-code.js';
import { startRtspServer } from './rtsp-server.js';

/** Two seconds of a test picture in an MP4 file, by the same packages the server needs. GJS exits with the value of the last line. */
const MAKE_CLIP = `
  imports.gi.versions.Gst = '1.0';
  const { Gst } = imports.gi;
  Gst.init(null);
  const source = 'videotestsrc num-buffers=30 ! video/x-raw,format=I420,width=320,height=240,framerate=15/1';
  const pipeline = Gst.parse_launch(source + ' ! x264enc ! mp4mux ! filesink location=' + ARGV[0]);
  pipeline.set_state(Gst.State.PLAYING);
  pipeline.get_bus().timed_pop_filtered(20 * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR);
  pipeline.set_state(Gst.State.NULL);
  0;
`;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('startRtspServer', { timeout: 30_000 }, () => {
  it('says what to install when GJS is missing', async () => {
    vi.stubEnv('PATH', '/nonexistent');
    await expect(startRtspServer()).rejects.toThrowError(/apt-get install gjs .*gstreamer1\.0-plugins-ugly/);
  });

  it('tells when the port is taken, and refuses a bad size', async () => {
    const server = await startRtspServer({ width: 320, height: 240 });
    await expect(startRtspServer({ port: server.port })).rejects.toThrowError(/ended with/);
    await server.stop();
    await server.stop();
    await expect(startRtspServer({ width: 321 })).rejects.toThrowError(RangeError);
  });

  it('sends a clip', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'clip-'));
    const clip = join(directory, 'clip.mp4');
    await promisify(execFile)('gjs', ['-c', MAKE_CLIP, clip]);
    const server = await startRtspServer({ clip, width: 320, height: 240, fps: 15 });
    let pictures = 0;
    const onAccessUnit = () => {
      pictures += 1;
    };
    const client = new RtspClient(server.url);
    const signal = new AbortController().signal;
    const run = client.run(
      { onTrack: () => {}, onAccessUnit, onSenderReport: () => {}, onBytes: () => {}, onLost: () => {} },
      signal,
    );
    await expect(run).rejects.toThrowError(expect.objectContaining({ code: 'camera_closed' }));
    expect(pictures).toBeGreaterThan(20);
    await server.stop();
    await rm(directory, { recursive: true });
  });
});

describe('readClockCode', () => {
  it('finds no time in a picture without one', () => {
    expect(readClockCode(new Uint8Array(320 * 240), { width: 320, height: 240 }, Date.now())).toBeUndefined();
    expect(readClockCode(new Uint8Array(320 * 240).fill(255), { width: 320, height: 240 }, Date.now())).toBeUndefined();
  });
});
