import type { DetectionsEvent } from '@lookout/protocol';
import type { Endpoint } from '../connection/request.js';
import { parseObject } from '../connection/server-messages.js';
import { type StreamSubscription, type SubscribeOptions, subscribe } from '../connection/subscribe.js';

export interface DetectionsOptions extends SubscribeOptions {
  onDetections: (event: DetectionsEvent) => void;
  /** Also guesses, with `confirmed: false`. Default false. */
  guesses?: boolean;
}

/** Follows `GET /api/detections/stream`. */
export function followDetections(
  endpoint: Endpoint,
  cameraId: string | undefined,
  { onDetections, guesses, ...options }: DetectionsOptions,
): StreamSubscription {
  const query = new URLSearchParams({
    ...(cameraId !== undefined && { camera: cameraId }),
    ...(guesses && { guesses: '1' }),
  });
  return subscribe(endpoint, `/api/detections/stream${query.size > 0 ? `?${query}` : ''}`, options, ({ data }) => {
    const value = detectionsOf(data);
    if (value) onDetections(value);
  });
}

/** @returns undefined for other events (pings) and for anything that is not JSON */
function detectionsOf(data: string): DetectionsEvent | undefined {
  const value = parseObject(data) as Partial<DetectionsEvent> | undefined;
  return typeof value?.camera === 'string' && Array.isArray(value.detections) ? (value as DetectionsEvent) : undefined;
}
