import { type Endpoint, type RequestOptions, request } from './connection/request.js';
import { type ImageInput, imageBytes } from './detect/detect-image.js';
import type { Segment, SegmentMask, SegmentMasks, SegmentQuestion } from './types.js';

/** The server lets a question wait a minute for the picture. */
const MASKS_TIMEOUT_MS = 65_000;

/** Calls about frozen pictures, to cut objects out of them. */
export type SegmentCalls = ReturnType<typeof segmentCalls>;

export function segmentCalls(endpoint: Endpoint) {
  return {
    /** Freezes the newest frame of a camera, or a picture. The server begins to look at it at once. */
    freeze: async (what: { camera: string } | ImageInput, options?: RequestOptions): Promise<Segment> => {
      const isCamera = typeof what === 'object' && 'camera' in what;
      const body = isCamera ? what : await imageBytes(what);
      return request<Segment>(endpoint, 'POST', '/api/segments', body, options);
    },
    /** Whether the server has looked at it. */
    get: (id: string, options?: RequestOptions) => request<Segment>(endpoint, 'GET', path(id), undefined, options),
    /**
     * Masks of what is pointed at, best first; none if nothing was found. Waits until the server has looked at the picture.
     * `decodeRle` makes pixels of them.
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
