import { isIP } from 'node:net';
import { availableParallelism, totalmem } from 'node:os';
import { DECODE_DEVICES } from '@lookout/media';
import {
  CameraId,
  CameraKind,
  CameraRegions,
  type CameraTokens,
  checkKind,
  DetectSettings,
  Device,
  EventAge,
  PictureSpace,
  PublishToken,
  type SettingOrigin,
  Timezone,
  TlsPin,
  ViewToken,
  VlmApiKey,
  VlmModel,
  VlmUrl,
} from '@lookout/protocol';
import { z } from 'zod';
import { ClusterSettings, KserveSettings, RedisSettings } from './other-machines.js';
import { AuthSettings } from './sign-in-settings.js';

/** Every detect setting is optional and has no default here: omitted ones come from the file's own `detect`. */
const DetectOverrides = z.strictObject(
  Object.fromEntries(
    Object.entries(DetectSettings.shape).map(([key, field]) => [
      key,
      (field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : field).optional(),
    ]),
  ),
) as unknown as z.ZodType<Partial<DetectSettings>, Partial<DetectSettings>>;

/** `auto`: the best one in the models folder; `off`: none; or a name. Absent: as chosen in the page, or else auto. */
const TaskModel = z.string().min(1).max(255).optional();

/** A camera in `lookout.yaml`; settings omitted in its `detect` come from the file's own `detect` section. */
export const ConfigCamera = z
  .strictObject({
    id: CameraId.optional().describe('Made from `name` when absent'),
    name: z.string().trim().min(1).max(100).optional().describe('Made from `url` when absent'),
    kind: CameraKind.default('pull'),
    url: z.string().min(1).max(2048).optional().describe('pull only'),
    sub_url: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe('pull only: a smaller stream of the same camera, for detection and JPEGs'),
    tls_pin: TlsPin.optional().describe('rtsps:// and https:// only: the one certificate accepted from this camera'),
    enabled: z.boolean().default(true),
    loop: z.boolean().default(true).describe('Files only; false: play once'),
    publish_token: PublishToken.optional().describe('push only; absent: generated, and shown on the camera’s page'),
    view_token: ViewToken.optional().describe('Absent: generated, and shown on the camera’s page'),
    detect: DetectOverrides.prefault({}),
    ...CameraRegions.shape,
  })
  .superRefine(checkKind)
  .refine(({ kind, publish_token }) => kind === 'push' || publish_token === undefined, {
    path: ['publish_token'],
    message: 'expected none: only cameras of kind push are published to',
  });
export type ConfigCamera = z.infer<typeof ConfigCamera>;

const MIB = 1024 * 1024;

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** All settings, as written in `lookout.yaml`. Every key has a default, so an empty file is valid. */
export const SettingsFile = z.strictObject({
  server: z
    .strictObject({
      host: z.string().min(1).max(255).default('127.0.0.1').describe('Address to listen on'),
      port: z.int().min(0).max(65_535).default(8080).describe('Port to listen on; 0: any free one'),
      rtmp_port: z
        .int()
        .min(0)
        .max(65_535)
        .optional()
        .describe('Port for encoders that publish over RTMP; 0: none. Default 1935, or none if `port` is 0'),
      https: z
        .boolean()
        .default(false)
        .describe(
          'Serve HTTPS, with a generated certificate or that of `cert`; listens on all addresses unless `host` is set',
        ),
      cert: z
        .string()
        .min(1)
        .max(4096)
        .optional()
        .describe('Certificate file in PEM; with `key`, used instead of a generated one'),
      key: z.string().min(1).max(4096).optional().describe('The private key of `cert`, PEM'),
      sign_in: z
        .enum(['auto', 'always'])
        .default('auto')
        .describe(
          'auto: requests from this machine need no key while the server listens on loopback; always: all need one',
        ),
      frame_ancestors: z
        .array(
          z
            .string()
            .max(256)
            .regex(
              /^(\*|'self'|https?:\/\/(\*\.)?[\w.-]+(:\d{1,5})?)$/,
              "an origin like https://dashboard.example, https://*.example, 'self' or *",
            ),
        )
        .max(32)
        .default([])
        .describe('Origins of the sites that may show a camera’s page `/view` in a frame; none by default'),
    })
    .prefault({}),
  auth: AuthSettings,
  cluster: ClusterSettings,
  redis: RedisSettings,
  data: z.string().min(1).default('./data').describe('Directory of the database and of downloaded models'),
  model: z.string().min(1).optional().describe('Model name or path of an ONNX file; absent: the built-in model'),
  models: z
    .array(z.string().min(1).max(4096))
    .max(100)
    .default([])
    .describe('Further models that clients may request: names or paths of ONNX files'),
  model_mirror: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional()
    .describe(
      'Address under which the catalogue’s models are downloaded, by the names of their files; absent: from their authors',
    ),
  model_memory_mb: z
    .int()
    .min(64)
    .max(1_048_576)
    .default(defaultModelMemoryMb)
    .describe('Maximum estimated memory of all loaded models together, MiB'),
  kserve: KserveSettings,
  workers: z
    .int()
    .min(1)
    .max(64)
    .default(() => availableParallelism())
    .describe('Analysis threads'),
  device: Device.default('auto').describe('What inference runs on; auto: the fastest that works'),
  decode: z
    .enum(DECODE_DEVICES)
    .default('software')
    .describe('What decodes the cameras’ video; auto: the first device that opens. Falls back to software'),
  timezone: Timezone.default(() => Intl.DateTimeFormat().resolvedOptions().timeZone).describe(
    'Time zone of the schedules of rules, as its IANA name; default: that of the system',
  ),
  events: z
    .strictObject({
      max_age_days: EventAge.default(30).describe(
        'Age at which events and their pictures are removed, days; kept ones stay',
      ),
      max_bytes: PictureSpace.default(5 * 1024 * MIB).describe(
        'Disk space of the pictures of events, bytes: three quarters for clips, the rest for snapshots and videos made of clips; the oldest go first, but for those of kept events',
      ),
    })
    .prefault({}),
  updates: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .max(2048)
        .optional()
        .describe(
          'Address that tells the newest version, such as https://registry.npmjs.org/NAME/latest or https://api.github.com/repos/OWNER/NAME/releases/latest; absent: nobody is asked',
        ),
      daily: z.boolean().default(false).describe('Ask it once a day; otherwise only when the owner does'),
    })
    .prefault({}),
  webrtc: z
    .strictObject({
      udp_ports: z
        .string()
        .max(11)
        .refine(isPortRange, 'expected two ports from 1024 to 65535, such as 50000-50100, the lower one first')
        .optional()
        .describe(
          'UDP ports of WebRTC, lowest and highest, such as `50000-50100`: one for each session and address of the server. Absent: any free ones',
        ),
      tcp_port: z
        .int()
        .min(0)
        .max(65_535)
        .optional()
        .describe(
          'Port of WebRTC over TCP, for clients whose network lets no UDP through; 0: none. Absent: that of the pages',
        ),
      public_ip: z
        .string()
        .max(45)
        .refine((text) => isIP(text) !== 0, 'expected an IP address')
        .optional()
        .describe(
          'Address under which clients reach these ports, if it is not one of this machine: that of a router or container host',
        ),
      ice_servers: z
        .array(
          z.strictObject({
            url: z
              .string()
              .max(300)
              .regex(
                /^(stun|turns?):[\w.-]+(:\d{1,5})?(\?transport=(udp|tcp))?$/,
                'expected stun:host:port or turn:host:port',
              ),
            username: z.string().min(1).max(500).optional(),
            credential: z.string().min(1).max(500).optional(),
          }),
        )
        .max(2)
        .default([])
        .describe(
          'A STUN server, a TURN server or both, for clients that can’t reach this server’s UDP ports; none by default',
        ),
    })
    .prefault({}),
  discovery: z
    .strictObject({
      interfaces: z
        .array(z.string().min(1).max(64))
        .max(100)
        .optional()
        .describe('Network interfaces on which ONVIF cameras are searched for, such as eth0; absent: all'),
    })
    .prefault({}),
  webhooks: z
    .strictObject({
      allowed_hosts: z
        .array(z.string().min(1).max(255))
        .max(100)
        .default([])
        .describe(
          'Hosts on this machine or at link-local addresses that webhooks may reach, such as 127.0.0.1 for a Home Assistant beside Lookout',
        ),
    })
    .prefault({}),
  language_model: z
    .strictObject({
      base_url: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe(
          'OpenAI-compatible server, such as http://127.0.0.1:11434/v1, that is asked about sentences the reader refuses; its answers are suggestions to confirm. Absent: none',
        ),
      api_key: z.string().min(1).max(1000).optional().describe('API key of that server'),
      model: z.string().min(1).max(200).default('default').describe('Name of its model'),
    })
    .prefault({}),
  vlm: z
    .strictObject({
      base_url: VlmUrl.optional().describe(
        'OpenAI-compatible server of a vision-language model, such as http://127.0.0.1:11434/v1, that rules can ask about their events. Absent: none',
      ),
      api_key: VlmApiKey.optional().describe('API key of that server'),
      model: VlmModel.default('default').describe('Name of its model'),
    })
    .prefault({}),
  open_vocabulary: z
    .strictObject({
      embed_model: TaskModel.describe('Model that compares words with pictures'),
      open_model: TaskModel.describe('Model that finds objects by description'),
      segment_model: TaskModel.describe('Model that cuts out shapes'),
      crops_per_second: z
        .union([z.number().min(0.1).max(1000), z.literal('auto')])
        .default('auto')
        .describe(
          'Objects per second to check for rules with phrases, all cameras together; auto: by what the machine can do',
        ),
      false_alarms_per_day: z
        .number()
        .min(0.01)
        .max(1000)
        .default(1)
        .describe('False alarms allowed per day and camera for a rule with a phrase'),
    })
    .prefault({}),
  demo_clip: z.string().min(1).optional().describe('Path of the video for demo:street; absent: no demo'),
  demo: z.boolean().default(true).describe('Show the built-in demo camera while there is no other'),
  log: z.strictObject({ level: z.enum(LOG_LEVELS).default('info').describe('Minimum level to log') }).prefault({}),
  detect: DetectSettings.prefault({}).describe('Detection settings of cameras that have none of their own'),
  limits: z
    .strictObject({
      sockets: z.int().min(1).max(100_000).default(2000).describe('WebSockets open at once'),
      sockets_per_address: z
        .int()
        .min(1)
        .max(100_000)
        .default(512)
        .describe('WebSockets open at once from one address'),
      connections: z.int().min(1).max(100_000).default(5000).describe('TCP connections open at once'),
      connections_per_address: z
        .int()
        .min(1)
        .max(100_000)
        .default(1024)
        .describe('TCP connections open at once from one address, WebSockets included'),
      renderings: z
        .int()
        .min(1)
        .max(1000)
        .default(8)
        .describe('Different renderings of a camera that one link or API key may use at once'),
      requests_per_second: z
        .int()
        .min(1)
        .max(100_000)
        .default(500)
        .describe('Requests per second of one API key or, without one, of one address; bursts may have twice as many'),
      webrtc_sessions: z.int().min(0).max(10_000).default(64).describe('WebRTC sessions open at once; 0: none'),
      webrtc_sessions_per_address: z
        .int()
        .min(1)
        .max(10_000)
        .default(16)
        .describe('WebRTC sessions open at once from one address'),
      inference_timeout_s: z
        .int()
        .min(1)
        .max(3600)
        .default(30)
        .describe(
          'Maximum time for one run of a model or for one image, s; a model that takes longer is no longer used',
        ),
    })
    .prefault({}),
  streaming: z
    .strictObject({
      session_timeout: z
        .int()
        .min(1)
        .max(86_400)
        .default(300)
        .describe('Time after which an unused detection session ends, s'),
      max_fps: z.number().min(1).max(240).default(30).describe('Maximum frame rate a session may request'),
      default_fps: z.number().min(1).max(240).default(10).describe('Frame rate of a session that requests none'),
      queue_size: z.int().min(1).max(1000).default(50).describe('Maximum frames in flight per session'),
      enable_tracking: z.boolean().default(true).describe('Whether sessions track by default'),
      sessions: z.int().min(1).max(100_000).default(1000).describe('Detection sessions open at once'),
      sessions_per_address: z
        .int()
        .min(1)
        .max(100_000)
        .default(100)
        .describe('Detection sessions open at once from one address'),
    })
    .refine(({ default_fps, max_fps }) => default_fps <= max_fps, {
      path: ['default_fps'],
      message: 'expected no more than max_fps',
    })
    .prefault({}),
  cameras: z.array(ConfigCamera).max(1000).default([]).describe('Cameras defined by this file'),
});
export type SettingsFile = z.infer<typeof SettingsFile>;

/** A camera given by file or flag, complete: every detect setting is resolved and the id is unique among these. */
export interface GivenCamera extends CameraRegions {
  readonly id: string;
  readonly name: string;
  readonly kind: CameraKind;
  readonly url: string | undefined;
  readonly sub_url: string | undefined;
  readonly tls_pin: string | undefined;
  readonly enabled: boolean;
  readonly loop: boolean;
  readonly detect: DetectSettings;
  readonly tokens: CameraTokens;
  readonly origin: 'config' | 'cli';
}

/** The effective settings, deeply frozen. `data` and `configFile` are absolute. */
export interface Settings extends Omit<SettingsFile, 'cameras'> {
  readonly cameras: readonly GivenCamera[];
  /** The settings file, if there was one. */
  readonly configFile: string | undefined;
  /** Where the settings that were given come from, by key (`server.port`); the others have their defaults. */
  readonly origins: Readonly<Record<string, SettingOrigin>>;
}

function isPortRange(text: string): boolean {
  const [, low = 0, high = 0] = /^(\d{4,5})-(\d{4,5})$/.exec(text)?.map(Number) ?? [];
  return low >= 1024 && low < high && high <= 65_535;
}

/** A quarter of the memory of this machine or container, MiB. */
export function defaultModelMemoryMb(): number {
  // Without a limit the call returns 0 or a number larger than the memory.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.max(256, Math.floor(Math.min(limit, totalmem()) / 4 / 1024 ** 2));
}
