import { basename } from 'node:path';
import type { Picture, VideoFile, VideoFilePicture } from '@lookout/media/codec';
import { LookoutError } from '@lookout/protocol';
import { createTracker } from '@lookout/vision';
import { ObjectTracker } from '../../pipeline/analysis/detection-rules.js';
import { Pacer } from '../../pipeline/analysis/pacer.js';
import type { Analyser, Found } from './analyser.js';
import type { DetectCommand } from './detect-command.js';
import { JPEG_QUALITY, printPicture, SequenceReport, writePicture } from './report.js';

interface UnderWay extends Omit<VideoFilePicture, 'picture'> {
  /** Kept as long as it may be written to a file. */
  picture: Picture | undefined;
  width: number;
  height: number;
  found: Promise<Found>;
}

/** A still image of any format. */
export async function detectStill(file: VideoFile, { input, json, out }: DetectCommand, analyser: Analyser) {
  for await (const { picture } of file.pictures()) {
    using still = picture;
    const { width, height } = still;
    const rgb = still.toRgb(analyser.letterbox(width, height));
    const pixels = { kind: 'rgb' as const, rgb, sourceWidth: width, sourceHeight: height };
    const { detections, inferenceMs } = await analyser.findShown(pixels, width, height);
    if (out !== undefined) {
      still.draw({ detections });
      await writePicture(out, still.toJpeg(JPEG_QUALITY));
    }
    const report = { source: input, width, height, model: analyser.model.name, inference_ms: inferenceMs, detections };
    printPicture(report, json);
    return;
  }
  throw nothingDecoded();
}

/**
 * Processes a whole recording as fast as the workers can. Results are used in order, and only as many frames as the workers need
 * are in memory.
 */
export async function detectRecording(file: VideoFile, command: DetectCommand, analyser: Analyser): Promise<void> {
  const { input, json, fps, frames = Number.POSITIVE_INFINITY, seconds } = command;
  const endMs = seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000;
  const pacer = fps === undefined ? undefined : new Pacer(fps);
  const report = new SequenceReport(basename(input), analyser.model.name, json);
  const objects = new ObjectTracker(createTracker());
  const underWay: UnderWay[] = [];
  let wanted = command.out;

  const finishOldest = async () => {
    const oldest = underWay.shift();
    if (oldest === undefined) return;
    using picture = oldest.picture;
    const { number, positionMs, width, height } = oldest;
    const found = await oldest.found;
    const boxes = { packed: found.packed, classNames: analyser.model.classNames };
    const { detections } = objects.shown(boxes, { timestampMs: positionMs, width, height }, analyser.rules);
    if (wanted !== undefined && picture !== undefined && detections.length > 0) {
      picture.draw({ detections, timestampMs: positionMs });
      await writePicture(wanted, picture.toJpeg(JPEG_QUALITY));
      wanted = undefined;
    }
    const timestamp = Math.round(positionMs * 10) / 10;
    report.add(
      { frameNumber: number, timestamp, width, height, inference_ms: found.inferenceMs, detections },
      shareDone(positionMs, report.frames, Math.min(file.durationMs ?? Number.NaN, endMs), frames),
    );
  };

  try {
    let begun = 0;
    for await (const { number, positionMs, picture } of file.pictures()) {
      if (begun === frames || positionMs >= endMs) {
        picture.close();
        break;
      }
      if (pacer && !pacer.pass(positionMs)) {
        picture.close();
        continue;
      }
      begun++;
      const { width, height } = picture;
      const rgb = picture.toRgb(analyser.letterbox(width, height));
      const found = analyser.findForTracking(
        { kind: 'rgb', rgb, sourceWidth: width, sourceHeight: height },
        width,
        height,
      );
      // It is awaited later; until then a failure must not count as unhandled.
      found.catch(() => undefined);
      const kept = wanted === undefined ? undefined : picture;
      if (kept === undefined) picture.close();
      underWay.push({ number, positionMs, width, height, found, picture: kept });
      if (underWay.length >= analyser.underWay) await finishOldest();
    }
    while (underWay.length > 0) await finishOldest();
  } finally {
    for (const { picture } of underWay) picture?.close();
  }
  if (report.frames === 0) throw nothingDecoded();
  const notes: string[] = [];
  if (file.brokenCount > 0) notes.push(`${file.brokenCount} damaged parts of the video were skipped`);
  if (wanted !== undefined) notes.push(`Nothing was found: ${wanted} was not written`);
  report.finish(notes, true);
}

function nothingDecoded(): LookoutError {
  return new LookoutError('camera_unsupported', 'No frame of it could be decoded');
}

/** Progress by time or by number of frames, whichever is further; undefined if the video's length is unknown. */
function shareDone(positionMs: number, count: number, lengthMs: number, frames: number): number | undefined {
  const share = Math.max(lengthMs > 0 ? positionMs / lengthMs : 0, count / frames);
  return share > 0 ? share : undefined;
}
