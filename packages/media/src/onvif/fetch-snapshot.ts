import { isCompleteJpeg, readJpegHeader } from '../jpeg/jpeg-header.js';
import { CameraRequest, readBody } from '../mjpeg/camera-request.js';
import type { AddressGuard } from '../network/address-guard.js';
import { GrowingBuffer } from '../source/growing-buffer.js';

export interface SnapshotOptions {
  /** Of the device, with its user and password: they are sent to its own host only. */
  deviceUrl: URL;
  /** Of the snapshot, on the device's own host. */
  url: URL;
  /** Allows the device's own host only. */
  guard: AddressGuard;
  tlsPin?: string | undefined;
  signal: AbortSignal;
}

/** Of a picture in 4K, with room. */
const MAX_SNAPSHOT_BYTES = 3 * 1024 * 1024;

/**
 * Fetches a picture from a device.
 * @returns a complete JPEG
 * @throws LookoutError if there is none; the reason of `signal`
 */
export async function fetchSnapshot({ deviceUrl, url, guard, tlsPin, signal }: SnapshotOptions): Promise<Uint8Array> {
  const device = new CameraRequest({ url: deviceUrl.href, guard, tlsPin });
  const picture = new GrowingBuffer(MAX_SNAPSHOT_BYTES);
  try {
    const response = await device.named(url.href).get(signal);
    await readBody(response, signal, (chunk) => {
      picture.append(chunk);
      // Some keep the connection open after a picture of unknown length.
      return !isCompleteJpeg(picture.view());
    });
    response.destroy();
    const jpeg = picture.copy();
    readJpegHeader(jpeg);
    return jpeg;
  } finally {
    device.close();
  }
}
