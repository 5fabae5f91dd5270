import { z } from 'zod';
import type { CameraService } from '../../pipeline/cameras/camera-service.js';

/** @throws ZodError if a key or user is limited to a camera that there is not */
export function requireCameras(
  given: readonly string[] | null | undefined,
  cameras: Pick<CameraService, 'list'>,
): void {
  const known = new Set(cameras.list().map(({ id }) => id));
  const unknown = given?.findIndex((id) => !known.has(id)) ?? -1;
  if (unknown < 0) return;
  const message = `there is no camera "${given?.[unknown]}"`;
  throw new z.ZodError([{ code: 'custom', path: ['cameras', unknown], message, input: undefined }]);
}
