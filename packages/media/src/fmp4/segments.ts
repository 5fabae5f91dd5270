import type { EncodedPacket, Rotation } from '../encoded/encoded-packet.js';
import { lengthSizeOf, nalUnitsOf } from '../encoded/nal-units.js';
import { ascii, box, boxHeader, fullBox, joined, type Part, u16, u32, u64, zeros } from './boxes.js';
import type { VideoConfig } from './video-track.js';

/** Ticks per second of the track: those of RTP and MPEG. */
export const TIMESCALE = 90_000;
const TICKS_PER_MS = TIMESCALE / 1000;
const TRACK_ID = 1;
/**
 * A packet is sent before the next one says how long it lasts. Players end it when the next one begins, and take more than twice this without
 * a packet for a gap, after which only a keyframe continues: longer than any interval between two frames of live video.
 */
const SAMPLE_DURATION_TICKS = TIMESCALE / 2;
const LENGTH_BYTES = 4;
/** From 1900, the epoch of NTP, to 1970. */
const NTP_EPOCH_S = 2_208_988_800;
/** `prft`: the time at which the picture was taken (ISO/IEC 14496-12 §8.16.5). */
const CAPTURED = 24;
/** `sample_depends_on`, `sample_is_non_sync_sample` (§8.8.3.1). */
const SYNC_SAMPLE = 0x0200_0000;
const OTHER_SAMPLE = 0x0101_0000;
/** `trun` with data offset, and of each sample its duration, size, flags and composition offset; `tfhd` with offsets from its `moof`. */
const TRUN_FLAGS = 0x1 | 0x100 | 0x200 | 0x400 | 0x800;
const OFFSETS_FROM_MOOF = 0x02_0000;
const ONE = 0x1_0000;
const UNITY_MATRIX = matrix(ONE, 0, 0, ONE);
/** Of a track that is turned clockwise (§6.2.2): (x, y) is shown at (ax + cy, bx + dy). Where that begins, players find by themselves. */
const MATRICES: Record<Rotation, number[]> = {
  90: matrix(0, ONE, -ONE, 0),
  180: matrix(-ONE, 0, 0, -ONE),
  270: matrix(0, -ONE, ONE, 0),
};

/** The initialisation segment of one video track of unknown length. */
export function initSegment({ entry, width, height, record, rotation }: VideoConfig): Uint8Array<ArrayBuffer> {
  const recordBox = box(entry === 'avc1' ? 'avcC' : 'hvcC', record);
  const sampleEntry = box(
    entry,
    [...zeros(6), ...u16(1), ...zeros(16)],
    [...u16(width), ...u16(height)],
    // 72 dpi, one frame per sample, no name, 24 bits, no colour table.
    [...u32(0x48_0000), ...u32(0x48_0000), ...u32(0), ...u16(1), ...zeros(32), ...u16(0x18), ...u16(0xffff)],
    recordBox,
  );
  const table = box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), sampleEntry),
    fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0), u32(0)),
    fullBox('stco', 0, 0, u32(0)),
  );
  const dataInThisFile = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
  const media = box(
    'mdia',
    fullBox('mdhd', 0, 0, zeros(8), u32(TIMESCALE), u32(0), u16(0x55c4), u16(0)),
    fullBox('hdlr', 0, 0, u32(0), ascii('vide'), zeros(12), ascii('video\0')),
    box('minf', fullBox('vmhd', 0, 1, zeros(8)), dataInThisFile, table),
  );
  const trackHeader = fullBox(
    'tkhd',
    0,
    // Enabled, in the movie.
    3,
    [...zeros(8), ...u32(TRACK_ID), ...zeros(8), ...zeros(16)],
    rotation === undefined ? UNITY_MATRIX : MATRICES[rotation],
    [...u16(width), ...u16(0), ...u16(height), ...u16(0)],
  );
  const movie = box(
    'moov',
    fullBox(
      'mvhd',
      0,
      0,
      [...zeros(8), ...u32(1000), ...u32(0), ...u32(0x1_0000), ...u16(0x100), ...zeros(10)],
      UNITY_MATRIX,
      [...zeros(24), ...u32(TRACK_ID + 1)],
    ),
    box('trak', trackHeader, media),
    box('mvex', fullBox('trex', 0, 0, u32(TRACK_ID), u32(1), zeros(12))),
  );
  return joined([box('ftyp', ascii('iso6'), u32(1), ascii('iso6mp41')), movie]);
}

/**
 * A packet as a media segment of its own: `prft`, `moof`, `mdat`. The first, always 32 bytes, maps the packet's presentation time to the time
 * at which it was taken.
 * @param capturedEpochMs Unix epoch ms
 */
export function mediaSegment(packet: EncodedPacket, capturedEpochMs: number): Uint8Array<ArrayBuffer> {
  const pts = Math.round(packet.ptsMs * TICKS_PER_MS);
  const dts = Math.round(packet.dtsMs * TICKS_PER_MS);
  const reference = fullBox('prft', 1, CAPTURED, u32(TRACK_ID), ntpTime(capturedEpochMs), u64(pts));
  const sample = prefixed(packet);
  const sampleBytes = sample.reduce((sum, part) => sum + part.length, 0);
  const flags = packet.keyframe ? SYNC_SAMPLE : OTHER_SAMPLE;
  const movieFragment = (dataOffset: number) =>
    box(
      'moof',
      // Increases with the time of the packet, so that whoever begins where needs no count.
      fullBox('mfhd', 0, 0, u32(dts % 2 ** 32)),
      box(
        'traf',
        fullBox('tfhd', 0, OFFSETS_FROM_MOOF, u32(TRACK_ID)),
        fullBox('tfdt', 1, 0, u64(dts)),
        fullBox(
          'trun',
          1,
          TRUN_FLAGS,
          [...u32(1), ...u32(dataOffset)],
          [...u32(SAMPLE_DURATION_TICKS), ...u32(sampleBytes), ...u32(flags), ...u32(pts - dts)],
        ),
      ),
    );
  const dataHeader = boxHeader('mdat', sampleBytes);
  return joined([reference, movieFragment(movieFragment(0).length + dataHeader.length), dataHeader, ...sample]);
}

function matrix(a: number, b: number, c: number, d: number): number[] {
  return [a, b, 0, c, d, 0, 0, 0, 0x4000_0000].flatMap(u32);
}

/** The packet's NAL units, each after a length of four bytes. */
function prefixed(packet: EncodedPacket): Part[] {
  const { format, data } = packet;
  if (format.framing === 'length-prefixed' && lengthSizeOf(format) === LENGTH_BYTES) return [data];
  return nalUnitsOf(packet).flatMap((unit) => [u32(unit.length), unit]);
}

/** Seconds since 1900 and their fraction, 32 bits each (RFC 5905). */
function ntpTime(epochMs: number): number[] {
  const seconds = Math.floor(epochMs / 1000);
  const fraction = Math.floor(((epochMs - seconds * 1000) / 1000) * 2 ** 32);
  return [...u32((seconds + NTP_EPOCH_S) % 2 ** 32), ...u32(fraction)];
}
