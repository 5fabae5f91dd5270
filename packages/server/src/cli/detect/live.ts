import { type Frame, redactUrl, toEpochMs } from '@lookout/media';
import { type Detection, LookoutError } from '@lookout/protocol';
import { createTracker } from '@lookout/vision';
import type { JobPicture } from '../../pipeline/analysis/analysis-job.js';
import { ObjectTracker } from '../../pipeline/analysis/detection-rules.js';
import { Pacer } from '../../pipeline/analysis/pacer.js';
import type { Analyser } from './analyser.js';
import type { DetectCommand } from './detect-command.js';
import { NewestFrames } from './newest-frames.js';
import { JPEG_QUALITY, printPicture, SequenceReport, writePicture } from './report.js';

/** The first frame of a camera. */
export async function detectFirst(
  url: string,
  { json, out, tlsPin }: DetectCommand,
  analyser: Analyser,
): Promise<void> {
  const camera = new NewestFrames(url, { tlsPin });
  try {
    const frame = await camera.next();
    if (frame === undefined)
      throw new LookoutError('camera_closed', `${redactUrl(url)} ended before its first picture`);
    const { width, height } = frame;
    const found = await analyser.findShown(await pixelsOf(frame, analyser), width, height);
    const { detections, inferenceMs } = found;
    if (out !== undefined) await writePicture(out, await annotated(frame, detections, analyser));
    const model = analyser.model.name;
    printPicture({ source: redactUrl(url), width, height, model, inference_ms: inferenceMs, detections }, json);
  } finally {
    await camera.close();
  }
}

/** The newest frame each time, until the number of frames, the time or the camera ends. */
export async function detectLive(url: string, command: DetectCommand, analyser: Analyser): Promise<void> {
  const { json, tlsPin, fps, frames = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY } = command;
  const report = new SequenceReport(redactUrl(url), analyser.model.name, json);
  const objects = new ObjectTracker(createTracker());
  const camera = new NewestFrames(url, { tlsPin, pacer: fps === undefined ? undefined : new Pacer(fps) });
  let wanted = command.out;
  let firstMs: number | undefined;
  try {
    while (report.frames < frames) {
      const frame = await camera.next();
      if (frame === undefined) break;
      const { width, height, timestampMs, number } = frame;
      firstMs ??= timestampMs;
      if (timestampMs - firstMs >= seconds * 1000) break;
      const found = await analyser.findForTracking(await pixelsOf(frame, analyser), width, height);
      const boxes = { packed: found.packed, classNames: analyser.model.classNames };
      const { detections } = objects.shown(boxes, frame, analyser.rules);
      if (wanted !== undefined && detections.length > 0) {
        await writePicture(wanted, await annotated(frame, detections, analyser));
        wanted = undefined;
      }
      const timestamp = Math.round(toEpochMs(timestampMs));
      const share = Math.max(report.frames / frames, (timestampMs - firstMs) / (seconds * 1000));
      report.add({ frameNumber: number, timestamp, width, height, inference_ms: found.inferenceMs, detections }, share);
    }
  } finally {
    await camera.close();
  }
  if (report.frames === 0) throw new LookoutError('camera_closed', `${redactUrl(url)} ended before its first picture`);
  report.finish(wanted === undefined ? [] : [`Nothing was found: ${wanted} was not written`], false);
}

/** Input of a worker: the JPEG itself, or for video the model's input, scaled where the frame was decoded. */
async function pixelsOf(frame: Frame, analyser: Analyser): Promise<JobPicture> {
  if (frame.kind === 'jpeg') return { kind: 'jpeg', jpeg: frame.jpeg };
  const { width, height } = frame;
  const { rgb } = await frame.render({ rgb: analyser.letterbox(width, height) });
  if (!rgb) throw new LookoutError('frame_gone', 'The frame was lost');
  return { kind: 'rgb', rgb, sourceWidth: width, sourceHeight: height };
}

async function annotated(frame: Frame, detections: Detection[], analyser: Analyser): Promise<Uint8Array> {
  if (frame.kind === 'jpeg') return analyser.annotate(frame.jpeg, detections, JPEG_QUALITY);
  const { jpeg } = await frame.render({ jpegQuality: JPEG_QUALITY, detections });
  if (!jpeg) throw new LookoutError('frame_gone', 'The frame was lost');
  return jpeg;
}
