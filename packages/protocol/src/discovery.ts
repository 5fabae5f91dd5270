import { z } from 'zod';
import { CameraId, TlsPin } from './camera.js';

/** Longest `user` and `password` of a device. */
const MAX_CREDENTIAL = 256;

/** Body of `POST /api/cameras/discover`. */
export const DiscoverRequest = z.strictObject({
  host: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .optional()
    .describe(
      'Ask only this host, by name or IPv4 address, with or without port: for devices in other networks. Absent: everyone on the networks of this machine',
    ),
});
export type DiscoverRequest = z.infer<typeof DiscoverRequest>;

export const FoundDevice = z.object({
  address: z
    .string()
    .describe('Of its ONVIF device service, on the host that answered: for `POST /api/cameras/discover/device`'),
  host: z.string().describe('Address that answered'),
  name: z.string().nullable().describe('As the device calls itself'),
  manufacturer: z.string().nullable(),
  model: z.string().nullable(),
  location: z.string().nullable(),
  answered: z
    .boolean()
    .describe('false: the host did not answer the search; `address` is where most devices have the service'),
  camera_ids: z.array(CameraId).describe('Cameras that were already added from this host'),
});
export type FoundDevice = z.infer<typeof FoundDevice>;

/** Answer of `POST /api/cameras/discover`. */
export const DiscoverResult = z.object({
  devices: z.array(FoundDevice),
  networks: z.array(z.string()).describe('What was searched: networks of this machine, or the host asked'),
  truncated: z.boolean().describe('More devices answered than are listed'),
  hints: z.array(z.string()).describe('Where nothing was found: why that may be, and what to do'),
  elapsed_ms: z.number(),
});
export type DiscoverResult = z.infer<typeof DiscoverResult>;

/** Body of `POST /api/cameras/discover/device`. */
export const DescribeDeviceRequest = z
  .strictObject({
    address: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .describe('Of the ONVIF device service. Nothing is sent to any other host, whatever the device names'),
    user: z.string().max(MAX_CREDENTIAL).optional(),
    password: z.string().max(MAX_CREDENTIAL).optional(),
    tls_pin: TlsPin.optional().describe('https:// only: the only certificate to accept'),
  })
  .describe('User and password are sent to this device only, and not stored');
export type DescribeDeviceRequest = z.infer<typeof DescribeDeviceRequest>;

export const DeviceStream = z.object({
  url: z.string().describe('rtsp:// or rtsps://, without user and password'),
  profile: z.string(),
  codec: z.string().describe('h264, hevc, mjpeg, mpeg4, or as the device calls it'),
  width: z.int().nullable(),
  height: z.int().nullable(),
  fps: z.number().nullable(),
});
export type DeviceStream = z.infer<typeof DeviceStream>;

/** One video source of a device: most cameras have one, recorders and panoramic cameras several. */
export const DeviceChannel = z.object({
  name: z.string(),
  main: DeviceStream.describe('The largest H.264 or H.265; where there is neither, the largest of all'),
  sub: DeviceStream.nullable().describe('A smaller one, for detection and tiles'),
  picture: z.string().nullable().describe('data: URL of a JPEG; null: the device gave none'),
});
export type DeviceChannel = z.infer<typeof DeviceChannel>;

/** Answer of `POST /api/cameras/discover/device`. */
export const DeviceDescription = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    address: z.string(),
    manufacturer: z.string().nullable(),
    model: z.string().nullable(),
    firmware: z.string().nullable(),
    channels: z.array(DeviceChannel),
    notes: z.array(z.string()).describe('What is odd about the device, in words for its owner'),
    elapsed_ms: z.number(),
  }),
  z.object({
    ok: z.literal(false),
    address: z.string(),
    code: z.string().describe('`camera_unauthorized`: a user and a password are needed, or not accepted'),
    reason: z.string(),
    hint: z.string(),
    tls_pin: TlsPin.optional().describe('The device’s certificate, if it is not trusted'),
    elapsed_ms: z.number(),
  }),
]);
export type DeviceDescription = z.infer<typeof DeviceDescription>;
