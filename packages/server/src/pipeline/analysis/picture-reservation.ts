import { LookoutError } from '@lookout/protocol';
import type { DetectOptions, ModelInfo } from '@lookout/vision';
import type { FoundElsewhere } from '../../platform/remote-models/picture-detector.js';
import type { Place } from '../../platform/remote-models/remote-servers.js';
import type { AnalysisJob, AnalysisResult, JobPicture } from './analysis-job.js';
import type { Reservation } from './reservation.js';

interface PictureReservationOptions {
  model: ModelInfo;
  place: Place;
  detect(bytes: Uint8Array, options: DetectOptions): Promise<FoundElsewhere>;
  /** Measures and reports a detection. */
  detected(work: Promise<AnalysisResult>): Promise<AnalysisResult>;
  /** Does the rest on the next free worker. */
  here(job: AnalysisJob): Promise<AnalysisResult>;
}

/**
 * A place at the servers of a model that takes encoded pictures. The picture goes there as it is; a worker decodes it only to
 * describe parts of it or to draw on it.
 */
export function pictureReservation({ model, place, detect, detected, here }: PictureReservationOptions): Reservation {
  const run = async ({ picture, looks, keepPicture, ...job }: AnalysisJob): Promise<AnalysisResult> => {
    const described = looks && here({ picture, looks });
    // Its failure is reported only if detection succeeds.
    described?.catch(() => undefined);
    const found = job.detect && (await detect(bytesOf(picture), job.detect.options));
    const result: AnalysisResult = {
      packed: found?.packed ?? new Float32Array(0),
      jpegs: [],
      decodeMs: 0,
      inferMs: found?.inferMs ?? 0,
      drawMs: 0,
      encodeMs: 0,
    };
    const looked = await described;
    if (looked?.looks) result.looks = looked.looks;
    if (!keepPicture) return result;
    return { ...result, picture: { draw: (encode) => here({ picture, encode }), release: () => undefined } };
  };
  return {
    model,
    run: (job) => detected(run(job).finally(() => place.release())),
    infer: () => {
      place.release();
      const message = `${model.name} takes encoded pictures only`;
      return Promise.reject(new LookoutError('model_unsupported', message, { hint: 'Use the model `detect`.' }));
    },
    release: () => place.release(),
  };
}

function bytesOf(picture: JobPicture): Uint8Array {
  if (picture.kind === 'jpeg') return picture.jpeg;
  if (picture.kind === 'still') return picture.bytes;
  throw new LookoutError('model_unsupported', 'The model on the other server takes encoded pictures, not pixels');
}
