import { LookoutError } from '@lookout/protocol/core';
import type { EncodedFormat, EncodedPacket } from '../encoded/encoded-packet.js';
import { PacketStamper } from '../encoded/packet-stamper.js';
import { nowMs } from '../frame/clock.js';
import { type AccessUnit, OtherCodecError, RtspClient, type RtspTrack } from '../rtsp/rtsp-client.js';
import { RtspRelay } from '../rtsp/rtsp-relay.js';
import { pause } from '../source/pause.js';
import type { CaptureSink } from './capture-sink.js';
import { DecodeStage } from './decode-stage.js';
import { type DemuxOptions, runDemux } from './demux-driver.js';

export interface RtspOptions extends DemuxOptions {
  rtspTransport: 'auto' | 'tcp' | 'udp';
  /** rtsps: the only certificate to accept. */
  tlsPin: string | undefined;
}

const RTP_TIMESTAMPS_WRAP_AT = 2 ** 32;
/** Enough for a server to tear down a stream that has no more clients. */
const HANDOVER_MS = 500;

/**
 * Reads an RTSP camera with our own client, which delivers each picture one frame earlier than FFmpeg's demuxer. A codec that our client
 * doesn't know is read by FFmpeg.
 * @throws LookoutError as `RtspClient` and `runDemux` do. Resolves after an abort.
 */
export async function runRtsp(options: RtspOptions, sink: CaptureSink, signal: AbortSignal): Promise<void> {
  const timeoutMs = Math.min(5000, options.openTimeoutMs);
  const { rtspTransport: transport, stallTimeoutMs: stallMs, tlsPin, limits } = options;
  const client = new RtspClient(options.url, { transport, timeoutMs, stallMs, tlsPin, limits });
  let track: CapturedTrack | undefined;
  try {
    await client.run(
      {
        onTrack: (described) => {
          track = new CapturedTrack(described, sink);
        },
        onAccessUnit: (unit) => track?.onAccessUnit(unit),
        onSenderReport: (rtpTimestamp, arrivalMs) => track?.onSenderReport(rtpTimestamp, arrivalMs),
        onBytes: (count) => sink.onBytes(count),
        onLost: (reason) => {
          track?.onLost();
          sink.onInvalid(reason);
        },
      },
      signal,
    );
  } catch (error) {
    // FFmpeg would accept any certificate.
    if (!(error instanceof OtherCodecError) || client.url.secure) throw error;
    const relay = await RtspRelay.open(client.url, client.guard);
    try {
      await demuxAfterOurs({ ...options, url: relay.url }, sink, signal);
    } catch (failure) {
      throw relay.failure ?? failure;
    } finally {
      relay.close();
    }
  } finally {
    track?.close();
  }
}

/** The packets of one track, stamped and decoded. */
class CapturedTrack {
  readonly #sink: CaptureSink;
  readonly #format: EncodedFormat;
  readonly #stamper: PacketStamper;
  readonly #stage: DecodeStage;

  constructor({ codec, extradata, fps: stated, clockRate, transport }: RtspTrack, sink: CaptureSink) {
    const fps = stated ?? null;
    this.#sink = sink;
    this.#format = { codec, framing: codec === 'mjpeg' ? 'none' : 'annexb', extradata, fps };
    const stamper = new PacketStamper({ ticksPerSecond: clockRate, wrapsAt: RTP_TIMESTAMPS_WRAP_AT });
    this.#stamper = stamper;
    this.#stage = new DecodeStage({ codec, extradata }, true, sink, (frame, mediaMs) =>
      sink.onFrame(frame, mediaMs, stamper.clock.timeOf(mediaMs, nowMs())),
    );
    sink.onStream({ transport: `rtsp/${transport}`, codec, fps });
  }

  onAccessUnit({ data, keyframe, rtpTimestamp, arrivalMs }: AccessUnit): void {
    const times = this.#stamper.stamp(rtpTimestamp, undefined, arrivalMs);
    const packet: EncodedPacket = { data, format: this.#format, keyframe, ...times };
    this.#sink.encoded.put(packet);
    this.#stage.take(packet);
  }

  onSenderReport(rtpTimestamp: number, arrivalMs: number): void {
    this.#stamper.clock.reported(rtpTimestamp, arrivalMs);
  }

  onLost(): void {
    this.#stage.lost();
  }

  close(): void {
    this.#stage.close();
  }
}

/**
 * A server that shares one stream among its clients may still be ending our session (gst-rtsp-server then answers 503). So if it refuses
 * FFmpeg, it is asked once more.
 */
async function demuxAfterOurs(options: DemuxOptions, sink: CaptureSink, signal: AbortSignal): Promise<void> {
  try {
    await runDemux(options, sink, signal);
  } catch (error) {
    if (!(error instanceof LookoutError) || error.code !== 'camera_refused') throw error;
    await pause(HANDOVER_MS, signal);
    await runDemux(options, sink, signal);
  }
}
