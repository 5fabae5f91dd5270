import { Esp32Camera, type Esp32CameraOptions, makeTestJpegs } from '@lookout/media/testing';
import { keep, type Scope } from './keep.js';
import { type LookoutOptions, LookoutProcess } from './lookout-process.js';
import { demoClip } from './paths.js';

/** A running server, stopped at the end of the test or the file. */
export async function startLookout(options: LookoutOptions = {}, scope: Scope = 'test'): Promise<LookoutProcess> {
  return keep(await LookoutProcess.start(options), (lookout) => lookout.stop(), scope);
}

/** An ESP32-CAM that films the demo street: 640×480 JPEGs in a loop. */
export async function startCamera(
  options: Partial<Esp32CameraOptions> = {},
  scope: Scope = 'test',
): Promise<Esp32Camera> {
  const jpegs = options.jpegs ?? (await streetJpegs());
  return keep(await Esp32Camera.start({ fps: 15, ...options, jpegs }), (camera) => camera.close(), scope);
}

let street: Promise<Uint8Array<ArrayBuffer>[]> | undefined;

/** Pictures with people in them, the same for all tests. */
export function streetJpegs(): Promise<Uint8Array<ArrayBuffer>[]> {
  street ??= makeTestJpegs({ clip: demoClip(), count: 60, width: 640, height: 480 });
  return street;
}
