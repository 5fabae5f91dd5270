import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** The beginning of a response (including headers), and what is then repeated for ever; without it the response ends. */
interface Answer {
  begin: Buffer;
  goesOn?: Buffer;
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const answer = (type: string, begin: Buffer | string, goesOn?: Buffer | string): Answer => ({
  begin: Buffer.concat([latin1(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n\r\n`), asBytes(begin)]),
  ...(goesOn !== undefined && { goesOn: asBytes(goesOn) }),
});
const asBytes = (what: Buffer | string) => (typeof what === 'string' ? latin1(what) : what);

const LIST = 'application/vnd.apple.mpegurl';
/** FLV: a script data tag of 1000 zeros, followed by its length. */
const FLV_TAG = Buffer.concat([
  Buffer.from('120003e800000000000000', 'hex'),
  Buffer.alloc(1000),
  Buffer.from('000003f3', 'hex'),
]);
/** MPEG-TS: a null packet. */
const NULL_PACKET = Buffer.concat([Buffer.from('471fff10', 'hex'), Buffer.alloc(184, 0xff)]);

/** Responses by the path of their cameras. */
const ANSWERS: Record<string, Answer> = {
  playlist: answer(LIST, '#EXTM3U\n', '#EXTINF:1,\nsegment.ts\n'),
  variants: answer(LIST, '#EXTM3U\n', '#EXT-X-STREAM-INF:BANDWIDTH=1\nplaylist\n'),
  key: answer(LIST, '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="bytes"\nsegment\n#EXT-X-ENDLIST\n'),
  bytes: answer('application/octet-stream', '', '0'),
  headers: { begin: latin1('HTTP/1.1 200 OK\r\n'), goesOn: latin1('X-Header: value\r\n') },
  flv: answer('video/x-flv', Buffer.from('464c5601050000000900000000', 'hex'), FLV_TAG),
  mpegts: answer('video/mp2t', NULL_PACKET, NULL_PACKET),
  mp4: answer(
    'video/mp4',
    Buffer.from('000000106674797069736f6d00000000ffffffff6d6f6f76', 'hex'),
    latin1('\0\0\0\x08free'),
  ),
  manifest: answer('application/dash+xml', '<MPD>', '<Period></Period>'),
  jpeg: answer('multipart/x-mixed-replace; boundary=b', '--b\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8', '\0'),
  page: answer('text/html', '<html>', '<p>'),
};

/** The names of the hostile cameras. */
export const HOSTILE_KINDS = Object.keys(ANSWERS).filter((kind) => kind !== 'bytes');

export interface HostileServer {
  url(kind: string): string;
  stop(): Promise<void>;
}

/** Serves each kind under its name. */
export async function startHostileServer(): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (request) => pour(socket, ANSWERS[/^GET \/(\w+)/.exec(request.toString())?.[1] ?? '']));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: (kind) => `http://127.0.0.1:${port}/${kind}`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Sends as fast as the other side reads. */
function pour(socket: Socket, answer: Answer | undefined): void {
  if (answer === undefined) {
    socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  const { begin, goesOn } = answer;
  if (goesOn === undefined) {
    socket.end(begin);
    return;
  }
  const block = Buffer.concat(Array.from({ length: Math.ceil(1_000_000 / goesOn.length) }, () => goesOn));
  const more = () => {
    while (!socket.destroyed && socket.write(block));
  };
  socket.on('drain', more);
  socket.write(begin);
  more();
}
