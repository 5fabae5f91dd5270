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

/** A frame of a recording with what was found in it. The receiver closes `picture`. */
export interface AnalysedPicture extends Omit<VideoFilePicture, 'picture'> {
  /** Absent unless asked for. */
  picture: Picture | undefined;
  width: number;
  height: number;
  found: Found;
}

/** Parts of a recording to analyse; default: all of it. */
export interface RecordingLimits {
  fps?: number | undefined;
  frames?: number | undefined;
  seconds?: number | undefined;
  /** Whether frames keep their pictures; asked for each. */
  keepsPictures?(): boolean;
}

/**
 * Analyses a recording as fast as the workers can. Frames come in order, and only as many as the workers need are in memory.
 * @throws LookoutError `camera_unsupported` if no frame can be decoded
 */
export async function* analyseRecording(
  file: VideoFile,
  analyser: Analyser,
  { fps, frames = Number.POSITIVE_INFINITY, seconds, keepsPictures = () => false }: RecordingLimits,
): AsyncGenerator<AnalysedPicture> {
  const endMs = seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000;
  const pacer = fps === undefined ? undefined : new Pacer(fps);
  const underWay: UnderWay[] = [];
  let begun = 0;
  const oldest = async (next: UnderWay): Promise<AnalysedPicture> => ({ ...next, found: await next.found });
  try {
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
      const pixels = { kind: 'rgb' as const, rgb, sourceWidth: width, sourceHeight: height };
      const found = analyser.findForTracking(pixels, width, height);
      // It is awaited later; until then a failure must not count as unhandled.
      found.catch(() => undefined);
      const kept = keepsPictures() ? picture : undefined;
      if (kept === undefined) picture.close();
      underWay.push({ number, positionMs, width, height, found, picture: kept });
      const first = underWay.length >= analyser.underWay ? underWay.shift() : undefined;
      if (first) yield await oldest(first);
    }
    for (let next = underWay.shift(); next; next = underWay.shift()) yield await oldest(next);
  } finally {
    for (const { picture } of underWay) picture?.close();
  }
  if (begun === 0) throw nothingDecoded();
}

/** Detects in a whole recording, and reports each frame. */
export async function detectRecording(file: VideoFile, command: DetectCommand, analyser: Analyser): Promise<void> {
  const { input, json, fps, frames, seconds } = command;
  const endMs = seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000;
  const report = new SequenceReport(basename(input), analyser.model.name, json);
  const objects = new ObjectTracker(createTracker());
  let wanted = command.out;
  const limits = { fps, frames, seconds, keepsPictures: () => wanted !== undefined };
  for await (const { number, positionMs, width, height, found, picture: kept } of analyseRecording(
    file,
    analyser,
    limits,
  )) {
    using picture = kept;
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
      shareDone(
        positionMs,
        report.frames,
        Math.min(file.durationMs ?? Number.NaN, endMs),
        frames ?? Number.POSITIVE_INFINITY,
      ),
    );
  }
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
