import type { CameraConfig, CameraRegions } from '@lookout/protocol';

/** Cameras added through the API. URLs are stored with their credentials. */
export interface CameraRepository {
  /** Oldest first. @throws LookoutError `storage_failed` naming the camera, if a row is invalid for this version */
  list(): Promise<CameraConfig[]>;
  /** @throws LookoutError `conflict` if the id is taken */
  insert(camera: CameraConfig): Promise<void>;
  /** @throws LookoutError `not_found` */
  update(camera: CameraConfig): Promise<void>;
  /**
   * Removes a camera and everything that would pass to a later one with its id: its links, what is drawn on it, what it ignores, and its
   * place in keys limited to some cameras. Also for a camera that is not stored itself. Its events stay.
   */
  remove(id: string): Promise<void>;
}

/** What was drawn on the pictures of cameras that are not stored themselves: those of the settings, of flags, and the demo. */
export interface RegionRepository {
  /** undefined if nothing was ever drawn. @throws LookoutError `storage_failed` if it is invalid for this version */
  get(cameraId: string): Promise<CameraRegions | undefined>;
  put(cameraId: string, regions: CameraRegions): Promise<void>;
}

/** Random seeds of the cameras' links. A link also needs a key, which is stored in a separate file. */
export interface LinkRepository {
  /** The camera's seed. @param fresh stored and returned if it has none */
  seed(cameraId: string, fresh: Uint8Array): Promise<Uint8Array>;
  /** Replaces the seed. */
  put(cameraId: string, seed: Uint8Array): Promise<void>;
}

/** The first unused track id of each camera. Kept when a camera is removed, since another may take its id. */
export interface TrackIdRepository {
  /**
   * Marks the next `count` ids of a camera as used.
   * @param epoch as for events @returns the first of them @throws LookoutError `lease_lost`
   */
  reserve(cameraId: string, count: number, epoch?: number): Promise<number>;
}
