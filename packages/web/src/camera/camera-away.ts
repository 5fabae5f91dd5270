import type { Camera, CameraLinkInfo } from '@lookout/protocol';

/**
 * Whether nobody publishes to a camera at present. Who has its link only is not told whether it is switched off, and waits for it too.
 */
export function isAway(camera: Pick<Camera, 'kind' | 'enabled' | 'state'> | CameraLinkInfo): boolean {
  const enabled = 'enabled' in camera ? camera.enabled : true;
  return camera.kind === 'push' && enabled && camera.state === 'off';
}
