export interface DetectCommand {
  /** Path of an image or video, or a camera's URL. */
  input: string;
  json: boolean;
  /** The only certificate to accept from a camera with TLS. */
  tlsPin?: string;
  /** File for an image with its boxes: of several frames, the first with a detection. */
  out?: string;
  /** Maximum frames analysed per second of video. Default: every frame. */
  fps?: number;
  /** Maximum frames analysed. Default: all of a video, one of a camera. */
  frames?: number;
  /** Maximum length of video, or time with a camera. */
  seconds?: number;
}
