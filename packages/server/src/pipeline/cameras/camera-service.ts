import type {
  Camera,
  CameraDetailStats,
  CameraLinkInfo,
  CameraPatch,
  CameraTokens,
  NewCamera,
  ProbeRequest,
  ProbeResult,
} from '@lookout/protocol';

/** What the rest of the server may do with cameras. Unknown ids throw LookoutError `not_found`. */
export interface CameraService {
  list(): Camera[];
  get(id: string): Camera;
  /** Stored and opened at once. @throws LookoutError `conflict` when the id is taken. */
  create(camera: NewCamera): Promise<Camera>;
  /** Takes effect at once. @throws LookoutError `forbidden` for a camera given by file, flag or demo. */
  update(id: string, patch: CameraPatch): Promise<Camera>;
  remove(id: string): Promise<void>;
  /** The links' secrets: for those who may manage the camera only. */
  tokens(id: string): CameraTokens;
  /** New ones; whoever came in with the old is sent away. @throws LookoutError `forbidden` where the settings give them. */
  renewTokens(id: string): CameraTokens;
  /** Tries a URL for at most 5 s; never throws for what the camera does. */
  probe(request: ProbeRequest): Promise<ProbeResult>;
  /** What a camera's link shows; `may` is the caller's to fill in. */
  link(id: string): CameraLinkInfo;
  stats(id: string): CameraDetailStats;
}
