/** Codes our sockets are closed with besides those of RFC 6455. A client that gets one of these does not come back by itself. */
export const SOCKET_CLOSE = {
  /** Another publisher came with the same token; it goes on. */
  replaced: 4001,
  /** The link was revoked. */
  revoked: 4003,
  /** The camera was switched off by its owner. */
  camera_off: 4004,
  /** A detection session that was not used for too long, or was deleted. */
  session_closed: 4005,
} as const;
