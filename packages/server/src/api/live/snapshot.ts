import { LookoutError } from '@lookout/protocol';
import type { Camera } from '../../pipeline/cameras/camera.js';
import { wasAnalysed } from '../../pipeline/live/analysed-frame.js';

const SNAPSHOT_QUALITY = 90;
const SNAPSHOT_TIMEOUT_MS = 5000;

/**
 * The newest frame of a camera as a JPEG: original, or with the boxes of the last analysis on the frame they belong to.
 * | @param isOwner whether the caller may see the full reason if there is none; see `Camera.publicReason`
 * @throws LookoutError why there is no frame: the camera's own error, or `unavailable`
 */
export async function takeSnapshot(
  camera: Camera,
  annotated: boolean,
  isOwner: boolean,
): Promise<{ jpeg: Uint8Array; frameNumber: number; timestampMs: number }> {
  const { hub } = camera;
  const analysed = annotated ? hub.latestAnalysed : undefined;
  const pictures = analysed?.pictures ?? (await hub.nextPicture(SNAPSHOT_TIMEOUT_MS));
  if (!pictures) {
    const reason = isOwner
      ? `Camera "${camera.id}" has no frame: ${camera.stateReason}`
      : `This camera has no frame: ${camera.publicReason}`;
    throw new LookoutError(camera.lastError?.code ?? (camera.state === 'off' ? 'camera_off' : 'unavailable'), reason);
  }
  const isDrawn = analysed !== undefined && wasAnalysed(analysed);
  const jpeg = await (isDrawn ? pictures.annotated(SNAPSHOT_QUALITY, analysed.detections) : pictures.overlay());
  return { jpeg, frameNumber: pictures.frame.number, timestampMs: pictures.frame.timestampMs };
}
