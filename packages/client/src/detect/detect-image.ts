import type { ImageDetections, ImageSettings } from '@lookout/protocol';
import { type Endpoint, type RequestOptions, request } from '../request.js';
import { type ImageInput, imageBytes } from './image-input.js';
import { LOAD_TIMEOUT_MS } from './session-transport.js';
import { settingsQuery } from './settings-query.js';

export interface DetectOptions extends RequestOptions {
  /** Model, least score, classes and so on; default: the server's. */
  settings?: ImageSettings;
}

/** `POST /api/detect`: what is in one picture, without a session. */
export async function detectImage(
  endpoint: Endpoint,
  image: ImageInput,
  { settings = {}, timeoutMs = LOAD_TIMEOUT_MS, signal }: DetectOptions = {},
): Promise<ImageDetections> {
  const query = settingsQuery(settings);
  const body = await imageBytes(image);
  signal?.throwIfAborted();
  return request<ImageDetections>(endpoint, 'POST', `/api/detect${query}`, body, { timeoutMs, signal });
}
