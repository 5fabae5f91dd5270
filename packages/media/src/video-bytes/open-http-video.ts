import { CameraRequest, type CameraRequestOptions } from '../mjpeg/camera-request.js';
import { BodyReader } from './body-reader.js';
import type { VideoBytes } from './byte-source.js';
import { HlsBytes, type HlsEvents, MAX_PLAYLIST_BYTES } from './hls-bytes.js';
import { isPlaylist } from './hls-playlist.js';
import { HttpBytes } from './http-bytes.js';

const SNIFF_BYTES = 16;

/**
 * Opens a video over HTTP: an HLS playlist, recognised by its content and not by its name, or else a file or stream.
 * @param signal ends all of it: opening, and reading later.
 * @throws LookoutError as `CameraRequest` and `HlsBytes` do.
 */
export async function openHttpVideo(
  options: CameraRequestOptions,
  events: HlsEvents,
  signal: AbortSignal,
): Promise<VideoBytes> {
  const request = new CameraRequest(options);
  const close = () => request.close();
  try {
    const response = await request.get(signal, { from: 0 });
    const body = new BodyReader(response, signal);
    const head = await body.peek(SNIFF_BYTES);
    if (!isPlaylist(head.toString())) {
      const bytes = new HttpBytes(request, response, body, signal);
      return { bytes, transport: request.url.protocol.slice(0, -1), hls: undefined, close };
    }
    const text = (await body.readAll(MAX_PLAYLIST_BYTES, 'The playlist')).toString();
    const hls = await HlsBytes.open(request, text, events, signal);
    return { bytes: hls, transport: 'hls', hls, close };
  } catch (error) {
    close();
    throw error;
  }
}
