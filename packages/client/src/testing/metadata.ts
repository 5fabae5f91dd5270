import type { ViewedFrameMetadata } from '@lookout/protocol';

/** A well-formed metadata message, for tests. */
export function metadata(frameNumber: number, changes: Partial<ViewedFrameMetadata> = {}): ViewedFrameMetadata {
  return {
    type: 'frame_metadata',
    timestamp: 1000 + frameNumber,
    frameNumber,
    width: 640,
    height: 480,
    format: 'jpeg',
    processing_time_ms: 12,
    processed_at: 1020 + frameNumber,
    age_ms: 21,
    inference_size: 416,
    stages_ms: { receive: 2, wait: 3, decode: 1, infer: 11, draw: 0, encode: 0 },
    detections: [],
    ...changes,
  };
}
