import { LookoutError } from '@lookout/protocol';
import type { Camera } from '../cameras/camera.js';
import type { CameraManager } from '../cameras/camera-manager.js';

/** The camera of an id; without one, the first there is. @throws LookoutError `not_found` */
export function findCamera(cameras: CameraManager, id: string | undefined): Camera {
  if (id !== undefined) return cameras.camera(id);
  const first = cameras.all()[0];
  if (!first)
    throw new LookoutError('not_found', 'There is no camera yet', {
      hint: 'Add one on the dashboard or with POST /api/cameras.',
    });
  return first;
}
