/** Why a connection of a publisher ended. Each has exactly one; the names serve as metric labels. */
export type RtmpEndReason =
  /** The publisher stopped: FCUnpublish, deleteStream or closeStream. */
  | 'unpublished'
  /** The publisher closed the connection without stopping first. */
  | 'disconnected'
  | 'connection_lost'
  /** The first byte is not that of the RTMP handshake. */
  | 'not_rtmp'
  /** A chunk, a command or a video tag breaks the format. */
  | 'malformed'
  /** A count or size is over its limit. */
  | 'limit_exceeded'
  | 'wrong_app'
  /** The key was refused, or missing. */
  | 'refused'
  /** The client wanted to play, which this server does not offer. */
  | 'play_refused'
  | 'unsupported_codec'
  /** Not publishing in time. */
  | 'publish_timeout'
  /** Publishing, but nothing arrived for too long. */
  | 'idle_timeout'
  /** Publishing, and something arrived, but no video for too long. */
  | 'no_video'
  | 'too_many_connections'
  /** Another server went on with it, and knows how it ended. */
  | 'passed_on'
  /** Ended by this server: the camera was removed, or the server stops. */
  | 'closed'
  /** Our own fault. */
  | 'internal_error';

/** How a connection ended. `message` never contains the key. */
export interface RtmpEnd {
  readonly reason: RtmpEndReason;
  readonly message: string;
}

/** Ends the connection that it is thrown for. */
export class RtmpError extends Error {
  readonly reason: RtmpEndReason;

  constructor(reason: RtmpEndReason, message: string) {
    super(message);
    this.name = 'RtmpError';
    this.reason = reason;
  }
}

export function malformed(message: string): RtmpError {
  return new RtmpError('malformed', message);
}

export function overLimit(message: string): RtmpError {
  return new RtmpError('limit_exceeded', message);
}
