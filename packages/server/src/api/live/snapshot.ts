import { LookoutError } from '@lookout/protocol';
import type { Camera } from '../../pipeline/cameras/camera.js';
import { wasAnalysed } from '../../pipeline/live/analysed-frame.js';

const SNAPSHOT_QUALITY = 90;
const SNAPSHOT_TIMEOUT_MS = 5000;

/** Newest frames that are tried. A capture worker keeps few decoded frames, and may release one before it is encoded. */
const TRIES = 3;

export interface Snapshot {
  jpeg: Uint8Array;
  frameNumber: number;
  timestampMs: number;
}

/**
 * The newest frame of a camera as a JPEG: original, or with the boxes of the last analysis: on the frame they belong to, or on the newest
 * if that frame is gone.
 * @param isOwner whether the caller may see the full reason if there is none; see `Camera.publicReason`
 * @throws LookoutError why there is no frame: the camera's own error, or `unavailable`
 */
export async function takeSnapshot(camera: Camera, annotated: boolean, isOwner: boolean): Promise<Snapshot> {
  const { hub } = camera;
  const latest = annotated ? hub.latestAnalysed : undefined;
  const analysed = latest && wasAnalysed(latest) ? latest : undefined;
  let gone: unknown;
  for (let tried = 0; tried < TRIES; tried++) {
    const pictures = tried === 0 && latest ? latest.pictures : await hub.nextPicture(SNAPSHOT_TIMEOUT_MS);
    if (!pictures) throw noFrame(camera, isOwner);
    try {
      const jpeg = await (analysed ? pictures.annotated(SNAPSHOT_QUALITY, analysed.detections) : pictures.overlay());
      return { jpeg, frameNumber: pictures.frame.number, timestampMs: pictures.frame.timestampMs };
    } catch (error) {
      if (!(error instanceof LookoutError) || error.code !== 'frame_gone') throw error;
      gone = error;
    }
  }
  throw gone;
}

function noFrame(camera: Camera, isOwner: boolean): LookoutError {
  const reason = isOwner
    ? `Camera "${camera.id}" has no frame: ${camera.stateReason}`
    : `This camera has no frame: ${camera.publicReason}`;
  return new LookoutError(camera.lastError?.code ?? (camera.state === 'off' ? 'camera_off' : 'unavailable'), reason);
}
