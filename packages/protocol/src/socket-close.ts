/** Close codes of our sockets besides those of RFC 6455. A client that gets one of them does not reconnect by itself. */
export const SOCKET_CLOSE = {
  /** Another publisher connected with the same token and takes over. */
  replaced: 4001,
  /** The link was revoked. */
  revoked: 4003,
  /** The camera was switched off by its owner. */
  camera_off: 4004,
  /** A detection session was unused for too long, or was deleted. */
  session_closed: 4005,
} as const;
