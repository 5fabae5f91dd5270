import type { DetectionsEvent } from '@lookout/protocol';
import type { Endpoint } from '../connection/request.js';
import { parseObject } from '../connection/server-messages.js';
import { type StreamSubscription, type SubscribeOptions, subscribe } from '../connection/subscribe.js';

export interface DetectionsOptions extends SubscribeOptions {
  onDetections: (event: DetectionsEvent) => void;
}

/** Follows `GET /api/detections/stream`. */
export function followDetections(
  endpoint: Endpoint,
  cameraId: string | undefined,
  { onDetections, ...options }: DetectionsOptions,
): StreamSubscription {
  const query = cameraId === undefined ? '' : `?camera=${encodeURIComponent(cameraId)}`;
  return subscribe(endpoint, `/api/detections/stream${query}`, options, ({ data }) => {
    const value = detectionsOf(data);
    if (value) onDetections(value);
  });
}

/** @returns undefined for other events (pings) and for anything that is not JSON */
function detectionsOf(data: string): DetectionsEvent | undefined {
  const value = parseObject(data) as Partial<DetectionsEvent> | undefined;
  return typeof value?.camera === 'string' && Array.isArray(value.detections) ? (value as DetectionsEvent) : undefined;
}
