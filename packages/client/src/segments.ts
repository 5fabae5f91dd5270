import { type Endpoint, type RequestOptions, request } from './connection/request.js';
import { type ImageInput, imageBytes } from './detect/detect-image.js';
import type { Segment, SegmentMask, SegmentMasks, SegmentQuestion } from './types.js';

/** The server holds a request for up to a minute while the image is encoded. */
const MASKS_TIMEOUT_MS = 65_000;

/** Calls for frozen images, to cut objects out of. */
export type SegmentCalls = ReturnType<typeof segmentCalls>;

export function segmentCalls(endpoint: Endpoint) {
  return {
    /** Freezes the newest frame of a camera, or an image. The server starts to encode it at once. */
    freeze: async (what: { camera: string } | ImageInput, options?: RequestOptions): Promise<Segment> => {
      const isCamera = typeof what === 'object' && 'camera' in what;
      const body = isCamera ? what : await imageBytes(what);
      return request<Segment>(endpoint, 'POST', '/api/segments', body, options);
    },
    /** Whether the image is encoded. */
    get: (id: string, options?: RequestOptions) => request<Segment>(endpoint, 'GET', path(id), undefined, options),
    /**
     * Masks for points or a box, best first; none if nothing was found. Waits until the image is encoded.
     * `decodeRle` turns them into pixels.
     */
    masks: async (
      id: string,
      question: SegmentQuestion,
      { timeoutMs = MASKS_TIMEOUT_MS, ...options }: RequestOptions = {},
    ): Promise<SegmentMask[]> => {
      const all = { timeoutMs, ...options };
      const { masks } = await request<SegmentMasks>(endpoint, 'POST', `${path(id)}/prompts`, question, all);
      return masks;
    },
    remove: (id: string, options?: RequestOptions) => request<void>(endpoint, 'DELETE', path(id), undefined, options),
  };
}

const path = (id: string) => `/api/segments/${encodeURIComponent(id)}`;
