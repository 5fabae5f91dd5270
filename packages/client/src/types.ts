import type { NewCamera } from '@lookout/protocol';

export type {
  Camera,
  CameraDetailStats,
  CameraPatch,
  CameraStats,
  Health,
  Model,
  ProbeResult,
  Version,
} from '@lookout/protocol';

/** What `cameras.create` takes: only `url` is needed, the rest has defaults. */
export type NewCameraInput = (typeof NewCamera)['_input'];

/** Who is asking, as `GET /api/session` tells. */
export interface Session {
  signed_in: boolean;
  /** What the key may do: `admin`, `operator`, `viewer`, `detect`. */
  scope?: string;
  /** The key's name, never the key. */
  name?: string;
}
