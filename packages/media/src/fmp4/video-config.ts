import type { EncodedPacket } from '../encoded/encoded-packet.js';
import { nalUnitsOf, parameterSetsOf } from '../encoded/nal-units.js';
import { avcConfig } from './avc-config.js';
import { hevcConfig } from './hevc-config.js';
import type { SampleEntry, VideoConfig } from './video-track.js';

/** By FFmpeg's name of the codec. */
const ENTRIES: Readonly<Record<string, SampleEntry>> = { h264: 'avc1', hevc: 'hvc1' };

/** Undefined: a codec that is not muxed here. @param codec FFmpeg's name */
export function sampleEntryOf(codec: string): SampleEntry | undefined {
  return ENTRIES[codec];
}

/**
 * The configuration that a keyframe begins with: by the parameter sets within it, or else those of its format.
 * @returns undefined if there are none @throws RangeError if they are malformed
 */
export function videoConfigOf(keyframe: Pick<EncodedPacket, 'data' | 'format'>): VideoConfig | undefined {
  const { format } = keyframe;
  const make = format.codec === 'hevc' ? hevcConfig : avcConfig;
  const config = make(nalUnitsOf(keyframe)) ?? make(parameterSetsOf(format));
  return config && { ...config, ...(format.rotation !== undefined && { rotation: format.rotation }) };
}
