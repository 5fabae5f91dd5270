import { LookoutError } from '@lookout/protocol/core';
import type { Picture } from '../codec/picture.js';
import { nowMs } from '../frame/clock.js';
import type { Rendered, RenderRequest } from '../frame/frame.js';
import { FrameRing } from './frame-ring.js';

/** The newest decoded frames of a worker, and what is rendered of them on request. */
export class KeptFrames {
  readonly ring = new FrameRing<{ picture: Picture; timestampMs: number }>(({ picture }) => picture.close());

  /**
   * Decoding was done when the frame arrived, so only the conversion to RGB is timed here.
   * @throws LookoutError `frame_gone`
   */
  render(frameId: number, { rgb: letterbox, jpegQuality, detections, alarmed }: RenderRequest): Rendered {
    const kept = this.ring.get(frameId);
    if (kept === undefined) {
      throw new LookoutError('frame_gone', 'This frame was discarded to make room for newer ones');
    }
    const { picture, timestampMs } = kept;
    const begunMs = nowMs();
    const rgb = letterbox === undefined ? undefined : picture.toRgb(letterbox);
    const scaledMs = nowMs();
    if (jpegQuality === undefined) return { rgb, decodeMs: scaledMs - begunMs, drawMs: 0, encodeMs: 0 };
    const annotated = detections === undefined || detections.length === 0 ? undefined : picture.clone();
    try {
      annotated?.draw({ detections: detections!, timestampMs, alarmed });
      const drawnMs = nowMs();
      const jpeg = (annotated ?? picture).toJpeg(jpegQuality);
      return { rgb, jpeg, decodeMs: scaledMs - begunMs, drawMs: drawnMs - scaledMs, encodeMs: nowMs() - drawnMs };
    } finally {
      annotated?.close();
    }
  }
}
