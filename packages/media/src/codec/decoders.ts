import {
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_MPEG4,
  AV_CODEC_ID_VP8,
  AV_CODEC_ID_VP9,
  AV_HWDEVICE_TYPE_NONE,
  Codec,
  HardwareDeviceContext,
} from './native.js';

export interface DecoderReport {
  /**
   * Video codecs that this build decodes on the processor, codec to decoder: `{ h264: 'h264', av1: 'libdav1d' … }`. Others can't be
   * decoded.
   */
  software: Record<string, string>;
  /** Hardware device types compiled in, and whether a device of each type could be opened on this machine. */
  hardware: { type: string; available: boolean }[];
}

const CODECS = {
  h264: AV_CODEC_ID_H264,
  hevc: AV_CODEC_ID_HEVC,
  mjpeg: AV_CODEC_ID_MJPEG,
  mpeg4: AV_CODEC_ID_MPEG4,
  vp8: AV_CODEC_ID_VP8,
  vp9: AV_CODEC_ID_VP9,
  av1: AV_CODEC_ID_AV1,
} as const;

/** What this machine can decode, for diagnosis. Opens and closes each hardware device: not for hot paths. */
export function probeDecoders(): DecoderReport {
  const software: Record<string, string> = {};
  for (const [name, id] of Object.entries(CODECS)) {
    const decoder = Codec.findDecoder(id);
    if (decoder?.name) software[name] = decoder.name;
  }
  const hardware: DecoderReport['hardware'] = [];
  for (const type of HardwareDeviceContext.iterateTypes()) {
    if (type === AV_HWDEVICE_TYPE_NONE) continue;
    const device = new HardwareDeviceContext();
    const available = device.create(type) >= 0;
    device.free();
    hardware.push({ type: HardwareDeviceContext.getTypeName(type) ?? String(type), available });
  }
  return { software, hardware };
}
