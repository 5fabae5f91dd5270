import { LookoutError } from '@lookout/protocol';
import type { Camera } from '../../pipeline/cameras/camera.js';
import type { CameraManager } from '../../pipeline/cameras/camera-manager.js';
import { maySee, type Principal } from '../../platform/auth/principal.js';

/** The camera with this id or, without one, the first that the caller may access. @throws LookoutError `not_found` */
export function findCamera(cameras: CameraManager, id: string | undefined, principal: Principal | null): Camera {
  if (id !== undefined) return cameras.camera(id);
  const first = cameras.all().find((camera) => principal !== null && maySee(principal, camera.id));
  if (!first)
    throw new LookoutError('not_found', 'There is no camera yet', {
      hint: 'Add one on the dashboard or with POST /api/cameras.',
    });
  return first;
}
