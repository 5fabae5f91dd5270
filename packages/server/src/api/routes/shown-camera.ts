import type { Camera } from '@lookout/protocol';
import { publicReason } from '../../pipeline/cameras/public-reason.js';
import { may, type Principal } from '../../platform/auth/principal.js';

/** A camera without links, with the fields its caller may see: the address only for those who may operate it. */
export function shownTo(principal: Principal | null, camera: Camera): Camera {
  if (principal && may(principal, 'operate')) return camera;
  const { url: _, sub_url: __, main, ...rest } = camera;
  const shownMain = main && { ...main, state_reason: publicReason({ kind: camera.kind, ...main }) };
  return { ...rest, state_reason: publicReason(camera), ...(shownMain && { main: shownMain }) };
}
