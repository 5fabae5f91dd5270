import { LookoutError } from '@lookout/protocol';
import type { PictureTools } from '../codec/picture-tools.js';
import { nowMs } from '../frame/clock.js';
import { RtspClient } from '../rtsp/rtsp-client.js';
import { RtspRelay } from '../rtsp/rtsp-relay.js';
import { pause } from '../source/pause.js';
import type { CaptureSink } from './capture-sink.js';
import { type DemuxOptions, runDemux } from './demux-driver.js';
import { StreamClock } from './stream-clock.js';
import { VideoDecoder } from './video-decoder.js';

export interface RtspOptions extends DemuxOptions {
  rtspTransport: 'auto' | 'tcp' | 'udp';
  /** rtsps: the only certificate to accept. */
  tlsPin: string | undefined;
}

const RTP_TIMESTAMPS_WRAP_AT = 2 ** 32;
/** Enough for a server to tear down a stream that has no more clients. */
const HANDOVER_MS = 500;

/**
 * Reads an RTSP camera with our own client, which delivers each picture one frame earlier than FFmpeg's demuxer, and decodes it. A codec
 * that our client doesn't know is read by FFmpeg.
 * @throws LookoutError as `RtspClient` and `runDemux` do. Resolves after an abort.
 */
export async function runRtsp(
  options: RtspOptions,
  tools: PictureTools,
  sink: CaptureSink,
  signal: AbortSignal,
): Promise<void> {
  const timeoutMs = Math.min(5000, options.openTimeoutMs);
  const { rtspTransport: transport, stallTimeoutMs: stallMs, tlsPin, limits } = options;
  const client = new RtspClient(options.url, { transport, timeoutMs, stallMs, tlsPin, limits });
  let decoder: VideoDecoder | undefined;
  let clock: StreamClock | undefined;
  try {
    await client.run(
      {
        onTrack: ({ codec, extradata, fps, clockRate, transport }) => {
          const times = new StreamClock({ ticksPerSecond: clockRate, wrapsAt: RTP_TIMESTAMPS_WRAP_AT });
          clock = times;
          decoder = new VideoDecoder({ codec, extradata }, true, tools, {
            onFrame: (frame, mediaMs) => sink.onFrame(frame, times.timeOf(mediaMs, nowMs())),
            onInvalid: (reason) => sink.onInvalid(reason),
          });
          sink.onStream({ transport: `rtsp/${transport}`, codec, fps: fps ?? null });
        },
        onAccessUnit: ({ data, keyframe, rtpTimestamp, arrivalMs }) => {
          if (clock !== undefined) decoder?.decode(data, keyframe, clock.arrived(rtpTimestamp, arrivalMs));
        },
        onSenderReport: (rtpTimestamp, arrivalMs) => clock?.reported(rtpTimestamp, arrivalMs),
        onBytes: (count) => sink.onBytes(count),
        onLost: (reason) => {
          decoder?.lost();
          sink.onInvalid(reason);
        },
      },
      signal,
    );
  } catch (error) {
    const unknownToUs = error instanceof LookoutError && error.code === 'camera_unsupported' && decoder === undefined;
    // FFmpeg would accept any certificate.
    if (!unknownToUs || client.url.secure) throw error;
    const relay = await RtspRelay.open(client.url, client.guard);
    try {
      await demuxAfterOurs({ ...options, url: relay.url }, tools, sink, signal);
    } catch (failure) {
      throw relay.failure ?? failure;
    } finally {
      relay.close();
    }
  } finally {
    decoder?.close();
  }
}

/**
 * A server that shares one stream among its clients may still be ending our session (gst-rtsp-server then answers 503). So if it refuses
 * FFmpeg, it is asked once more.
 */
async function demuxAfterOurs(
  options: DemuxOptions,
  tools: PictureTools,
  sink: CaptureSink,
  signal: AbortSignal,
): Promise<void> {
  try {
    await runDemux(options, tools, sink, signal);
  } catch (error) {
    if (!(error instanceof LookoutError) || error.code !== 'camera_refused') throw error;
    await pause(HANDOVER_MS, signal);
    await runDemux(options, tools, sink, signal);
  }
}
