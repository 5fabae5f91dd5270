/** Cameras and pictures for tests: real protocols over loopback, for unit tests, benchmarks and the end-to-end suite. */

export { makeClip, makeTurnedClip } from './clips.js';
export { readClockCode, writeClockCode } from './clock-code.js';
export { encodedClip } from './encoded-clip.js';
export { Esp32Camera, type Esp32CameraOptions, type Esp32Faults, type Esp32Stats } from './esp32-camera.js';
export type { AuthDemand } from './http-auth-check.js';
export type { OnvifTestProfile } from './onvif/answers.js';
export { type OnvifDevice, type OnvifDeviceOptions, startOnvifDevice } from './onvif/device.js';
export { startTlsRelay } from './relay.js';
export { obsSession } from './rtmp-publisher-bytes.js';
export { RTSP_SERVER_PACKAGES, type RtspServer, type RtspServerOptions, startRtspServer } from './rtsp-server.js';
export { SELF_SIGNED } from './self-signed.js';
export { AUDIO_SECTION, type OfferParts, sessionOffer } from './session-offers.js';
export * from './stills.js';
export { type SyntheticJpegOptions, seededRandom, syntheticJpeg } from './synthetic-jpeg.js';
export { makeTestJpegs, type TestJpegOptions } from './test-jpegs.js';
export { WebRtcClient } from './web-rtc-client.js';
