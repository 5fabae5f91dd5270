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

/** Camera operations for the rest of the server. Unknown ids throw LookoutError `not_found`. */
export interface CameraService {
  list(): Camera[];
  get(id: string): Camera;
  /** Stores and opens the camera. @throws LookoutError `conflict` if the id is taken */
  create(camera: NewCamera): Promise<Camera>;
  /**
   * Takes effect at once. @param force whether zones and lines that rules refer to may lose their names
   * @throws LookoutError `forbidden` for a camera defined by the settings, a flag or the demo; `conflict` with the rules
   */
  update(id: string, patch: CameraPatch, force?: boolean): Promise<Camera>;
  /**
   * A stream has appeared: adds its camera, or opens the one that reads it without waiting for its next attempt.
   * @returns whether the camera was added
   * @throws LookoutError `conflict` if the id belongs to a camera of another address, or one that is published to
   */
  appeared(stream: { id: string; name: string; url: string }): Promise<{ camera: Camera; added: boolean }>;
  remove(id: string): Promise<void>;
  /** The tokens of the camera's links: only for those who may manage the camera. */
  tokens(id: string): CameraTokens;
  /**
   * Issues new tokens and disconnects clients using the old ones. @throws LookoutError `forbidden` if the settings define them
   */
  renewTokens(id: string): Promise<CameraTokens>;
  /** Tries a URL for at most 5 s. Camera failures are returned, not thrown. */
  probe(request: ProbeRequest): Promise<ProbeResult>;
  /** What a link shows of its camera; the caller sets `may`. */
  link(id: string): CameraLinkInfo;
  stats(id: string): CameraDetailStats;
}
