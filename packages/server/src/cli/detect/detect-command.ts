export interface DetectCommand {
  /** Path of a picture or video, or a camera's URL. */
  input: string;
  json: boolean;
  /** The certificate to accept from a camera with TLS, and no other. */
  tlsPin?: string;
  /** Where a picture with its boxes is written: of a video or of several frames, the first in which something was found. */
  out?: string;
  /** Maximum frames analysed per second of video. Absent: every frame. */
  fps?: number;
  /** Most frames analysed. Absent: all of a video, one of a camera. */
  frames?: number;
  /** Only so much of a video, or so long of a camera. */
  seconds?: number;
}
