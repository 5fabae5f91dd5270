import {
  DetectionClientMessage,
  DetectionServerMessage,
  SOCKET_CLOSE,
  sessionQuery,
  sessionSettings,
} from '@lookout/protocol';
import type { DetectionService, EndReason } from '../../pipeline/sessions/detection-service.js';
import { MAX_JSON_BYTES } from '../../pipeline/sessions/image-data.js';
import type { SocketRoutes } from '../sockets/socket-routes.js';
import { DetectionConversation } from './detection-conversation.js';

const farewells: Readonly<Record<EndReason, { code: number; reason: string } | undefined>> = {
  deleted: { code: SOCKET_CLOSE.session_closed, reason: 'the session was deleted' },
  expired: { code: SOCKET_CLOSE.session_closed, reason: 'the session expired' },
  // `SocketRoutes` closes all sockets at shutdown.
  closing: undefined,
};

/**
 * `WS /stream/detection`: a session that ends with its socket.
 * @param onRefused a message without a frame was answered with an error; `route` is the pattern of its path
 */
export function addDetectionSocket(
  sockets: SocketRoutes,
  service: DetectionService,
  now: () => number,
  onRefused: (route: string) => void,
): void {
  const route = '/stream/detection';
  const settings = sessionSettings(service.maxFps);
  sockets.route(route, {
    permission: 'detect',
    query: sessionQuery(service.maxFps),
    maxPayload: MAX_JSON_BYTES,
    // Errors of a client are answered, and its session continues.
    outlivesBadFrames: true,
    summary: 'Send frames, get detections',
    description:
      'A frame is a `frame` message with the image in base64, or a binary message. Each is answered once: `detection_result`, `error` or `dropped`.',
    messages: { client: DetectionClientMessage, server: DetectionServerMessage },
    before: ({ query, address }) => service.prepare(address, query),
    handler: (socket, { query, address, filter }) => {
      const end = (reason: EndReason) => {
        const farewell = farewells[reason];
        if (farewell) socket.close(farewell.code, farewell.reason);
      };
      const send = (message: DetectionServerMessage) => socket.send(JSON.stringify(message));
      const session = service.open('websocket', address, query, { onEnd: end, onNotice: send });
      const conversation = new DetectionConversation({
        session,
        settings,
        now,
        onRefused: () => onRefused(route),
        send,
      });
      if (filter) filter.onViolation = ({ code, message }) => conversation.refuse(code, message);
      socket.on('message', (data: Buffer, isBinary) => {
        if (session.isClosed) return;
        if (isBinary) conversation.binary(data);
        else conversation.text(data);
      });
      socket.once('close', () => service.leave(session.id));
    },
  });
}
