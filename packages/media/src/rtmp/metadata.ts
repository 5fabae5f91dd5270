import { type Amf0Value, isAmf0Object, readAmf0 } from './amf0.js';

/** What a publisher says about its stream, where it makes sense. None of it is reliable. */
export interface RtmpMetadata {
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  /** Name of the encoder, such as `Lavf61.1.100`. */
  readonly encoder?: string;
}

const MAX_SIDE_PX = 65_536;
const MAX_FPS = 1000;
const MAX_NAME_CHARACTERS = 100;

/**
 * Reads a data message: `onMetaData`, with or without `@setDataFrame` before it. @returns `undefined` for other ones.
 * @throws RtmpError for broken AMF.
 */
export function readMetadata(payload: Buffer): RtmpMetadata | undefined {
  const values = readAmf0(payload);
  const [name, properties] = values[0] === '@setDataFrame' ? values.slice(1) : values;
  if (name !== 'onMetaData' || !isAmf0Object(properties)) return undefined;
  const width = sensible(properties.width, MAX_SIDE_PX);
  const height = sensible(properties.height, MAX_SIDE_PX);
  const fps = sensible(properties.framerate, MAX_FPS);
  const encoder = text(properties.encoder);
  return {
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(fps !== undefined && { fps }),
    ...(encoder !== undefined && { encoder }),
  };
}

/** A name from the client, safe to log. */
export function text(value: Amf0Value): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_NAME_CHARACTERS);
}

function sensible(value: Amf0Value, maximum: number): number | undefined {
  return typeof value === 'number' && value > 0 && value <= maximum ? value : undefined;
}
