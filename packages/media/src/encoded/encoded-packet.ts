/** Degrees, clockwise. */
export type Rotation = 90 | 180 | 270;

/** What a player or decoder must know before the first packet. One object for all packets of the same format. */
export interface EncodedFormat {
  /** FFmpeg's name: h264, hevc, vp8, vp9, av1, mpeg4 … */
  readonly codec: string;
  /** H.264 and HEVC: how NAL units are delimited, by start codes or by lengths, whose size `extradata` states. */
  readonly framing: 'annexb' | 'length-prefixed' | 'none';
  /**
   * What the stream carries outside its packets: Annex B parameter sets, or an avcC or hvcC record if `framing` is `length-prefixed`.
   * Keyframes of RTSP cameras also contain their parameter sets.
   */
  readonly extradata?: Uint8Array | undefined;
  /** Nominal frames per second, if the stream states it. */
  readonly fps: number | null;
  /** How to turn the pictures for display, as the container says. Absent: not at all. */
  readonly rotation?: Rotation | undefined;
}

/** One encoded picture (access unit). Shared by everybody who reads the stream, so treat it as immutable. */
export interface EncodedPacket {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly format: EncodedFormat;
  /** A decoder can begin here. */
  readonly keyframe: boolean;
  /**
   * Presentation time on the stream's own media time line, ms: evenly spaced, whatever the network does. It begins near Unix time with each
   * connection and has no wraps. Decoded frames have the `mediaMs` of their packet.
   */
  readonly ptsMs: number;
  /** Decode time, ms. Increases strictly. Sources that do not transmit it (RTSP) may give B-frames one after their `ptsMs`. */
  readonly dtsMs: number;
  /** When the picture was taken, Unix epoch ms by `nowMs()`. */
  readonly timestampMs: number;
}

/** Bounds of what is kept of a stream. */
export interface PacketLimits {
  readonly maxBytes: number;
  readonly maxPackets: number;
}
