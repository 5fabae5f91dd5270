import { endpointOf } from '../../connection/request.js';
import { platformSocket } from '../../connection/socket.js';
import { systemClock } from '../../timing/clock.js';
import { openPublisher } from '../open-publisher.js';
import type { FromWorker, ToWorker } from './capture-messages.js';
import { CaptureSession } from './capture-session.js';
import { trackProcessorOf } from './track-processor.js';

// The worker behind `publishTrack`: encodes camera frames to JPEGs and owns the socket. It continues while the page is hidden. (In
// Chromium, frames pass through the page's thread, so a page that is constantly busy still lowers the rate.)

const scope = globalThis as unknown as {
  postMessage(message: FromWorker): void;
  onmessage: ((event: { data: ToWorker }) => void) | null;
};

const session = new CaptureSession({
  post: (message) => scope.postMessage(message),
  // A page is authenticated by its cookie, which the browser sends by itself.
  publish: ({ baseUrl, token }, options) => openPublisher(endpointOf(baseUrl), platformSocket({}), token, options),
  framesOf: trackProcessorOf,
  clock: systemClock,
});
scope.onmessage = ({ data }) => session.handle(data);
scope.postMessage({
  type: 'abilities',
  abilities: { trackProcessor: 'MediaStreamTrackProcessor' in globalThis, encoder: canEncode() },
});

function canEncode(): boolean {
  if (typeof OffscreenCanvas === 'undefined' || !('convertToBlob' in OffscreenCanvas.prototype)) return false;
  return new OffscreenCanvas(2, 2).getContext('2d') !== null;
}
