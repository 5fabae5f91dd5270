import type { VideoBytes } from '../video-bytes/byte-source.js';
import { FileBytes } from '../video-bytes/file-bytes.js';
import { asOpenError } from './demux-errors.js';

/** @throws LookoutError `camera_not_found`, `camera_refused`, `camera_unsupported`; the reason of `signal`. */
export async function openVideoFile(path: string, signal: AbortSignal): Promise<VideoBytes> {
  const bytes = await FileBytes.open(path, signal).catch((error) => {
    throw asOpenError(error, 'file');
  });
  return { bytes, transport: 'file', hls: undefined, close: () => bytes.close() };
}
