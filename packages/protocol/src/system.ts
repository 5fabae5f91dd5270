import { z } from 'zod';
import { ApiKeyScope } from './api-key.js';
import { PasskeyAssertion } from './passkey.js';

/** RFC 9457 problem document: the answer to every failed REST call. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  hint: z.string().optional(),
  retry_after_s: z.int().optional().describe('When to try again, as in `Retry-After`'),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  rules: z
    .array(z.string())
    .optional()
    .describe('Ids of the rules that a change would break, if it was refused for that'),
});
export type Problem = z.infer<typeof Problem>;

export const Version = z.object({
  name: z.literal('lookout'),
  version: z.string(),
  node: z.string(),
  platform: z.string(),
});
export type Version = z.infer<typeof Version>;

/** What is known of newer versions. */
export const UpdateState = z.object({
  current: z.string(),
  daily: z.boolean().describe('Whether it is asked once a day'),
  from: z.string().optional().describe('Host that is asked, by `updates.url`; absent: none is set'),
  latest: z.string().optional(),
  newer: z.boolean().optional().describe('Whether the latest is newer than this one'),
  checked_at: z.number().optional().describe('Absent: not since the start'),
  error: z.string().optional().describe('Why the last question failed'),
});
export type UpdateState = z.infer<typeof UpdateState>;

export const Health = z.object({
  status: z.enum(['ok', 'degraded']),
  uptime_s: z.number(),
  checks: z.record(z.string(), z.string()),
});
export type Health = z.infer<typeof Health>;

/** What inference may run on: execution providers of ONNX Runtime, or `auto`, the fastest that works. */
export const Device = z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'tensorrt', 'coreml', 'dml']);
export type Device = z.infer<typeof Device>;

/** The device that inference runs on, and why. */
export const DeviceReport = z.object({
  asked: Device.describe('As configured'),
  used: z.string().describe('Execution provider of the default model: cpu, cuda, …'),
  reason: z.string(),
  tried: z
    .array(
      z.object({ device: z.string(), ok: z.boolean(), detail: z.string().describe('Its speed, or why it failed') }),
    )
    .describe('Devices tried with the default model, in this order'),
});
export type DeviceReport = z.infer<typeof DeviceReport>;

/** The certificate that this server shows. */
export const Certificate = z.object({
  made_here: z.boolean().describe('Whether Lookout made it, so that devices must be told to trust it'),
  names: z.array(z.string()).describe('Names and addresses that it is for'),
  issuer: z.string(),
  valid_until: z.number(),
  fingerprint: z.string().describe('SHA-256, as colon-separated hex'),
  authority: z
    .object({ path: z.string(), fingerprint: z.string(), valid_until: z.number() })
    .optional()
    .describe('Only for one made here: the authority that devices are told to trust, and where they get it'),
});
export type Certificate = z.infer<typeof Certificate>;

/** `GET /api/system`: how other machines reach this server, what it computes with, and its time zone. */
export const SystemInfo = z.object({
  https: z.boolean().describe('Whether the server itself serves HTTPS, which phone cameras need'),
  lan_urls: z
    .array(z.string())
    .describe(
      'Addresses for other devices in the network, the likeliest first; empty if it listens on this machine only',
    ),
  rtmp_port: z
    .int()
    .optional()
    .describe('Encoders publish to `rtmp://HOST:PORT/live/KEY` here, KEY being a publish token; absent: to none'),
  certificate: Certificate.optional().describe('Only if the server itself serves HTTPS'),
  device: DeviceReport.describe('The device that inference runs on, and why'),
  graphics: z
    .array(z.string())
    .describe('Graphics devices found, such as /dev/dri/renderD128; on macOS and Windows the name of the system'),
  timezone: z.string().describe('Of the schedules of rules, as an IANA name'),
  started_at: z.number().describe('Another one after a restart'),
  can_restart: z
    .boolean()
    .describe('Whether `POST /api/restart` works; if not, whoever started the server restarts it'),
});
export type SystemInfo = z.infer<typeof SystemInfo>;

/** How fast a model runs on this machine: one frame at a time, on one worker, the cameras in between. */
export const ModelSpeed = z.object({
  ms: z.number().describe('Median of one run'),
  device: z.string().describe('Execution provider: cpu, cuda, …'),
  measured_at: z.number(),
});
export type ModelSpeed = z.infer<typeof ModelSpeed>;

/** Task of a model. `detect` finds the classes it was trained for; the others are given what to look for. */
export const ModelTask = z.enum(['detect', 'embed', 'open-detect', 'segment']);
export type ModelTask = z.infer<typeof ModelTask>;

/** One model of `GET /api/models/catalogue`, which can be downloaded. */
export const CatalogueModel = z.object({
  name: z.string(),
  task: ModelTask,
  description: z.string(),
  bytes: z.int().describe('Size of the download, all files together'),
  licence: z.string(),
  use: z
    .enum(['any', 'copyleft', 'research'])
    .describe('Use that the licence allows. Models other than `any` are downloaded only with `accept_licence`'),
  restriction: z.string().optional().describe('Restriction of the licence, in a sentence; absent for `any`'),
  input: z.string(),
  memory_mb: z.number().describe('Estimated memory while in use, MiB'),
  expected: z
    .object({
      ms: z.number(),
      per: z.enum(['picture', 'object']).describe('For each picture, or for each object in it'),
    })
    .describe('Estimated time on one CPU core'),
  verified: z
    .boolean()
    .describe('Whether it was tested with this version of Lookout; `lookout models verify` tests it on this machine'),
  from: z.string().describe('Host it is downloaded from'),
  state: z.enum(['absent', 'waiting', 'downloading', 'here', 'failed']),
  received_bytes: z.int().optional().describe('While it is downloading'),
  error: z.string().optional().describe('Why the last download failed; what arrived is kept for the next'),
});
export type CatalogueModel = z.infer<typeof CatalogueModel>;

/** One of the servers that run the default model, if this one does not run it itself. */
export const ModelServer = z.object({
  url: z.string().describe('As in the settings, without credentials'),
  state: z.enum(['up', 'away']).describe('away: it is asked again in a moment; its frames go to the others'),
  reason: z.string().optional().describe('Why it is away'),
  latency_ms: z.number().optional().describe('Of its latest answers on average; absent before the first'),
  outstanding: z.int().describe('Requests that it has not answered yet'),
  limit: z.int().describe('Requests that it gets at once at present'),
});
export type ModelServer = z.infer<typeof ModelServer>;

/** One entry of `GET /api/models`. */
export const Model = z.object({
  name: z.string(),
  task: z
    .enum([...ModelTask.options, 'unknown'])
    .describe('detect: it finds the classes it was trained for. unknown: it can’t be used, `unusable` says why'),
  chosen: z
    .boolean()
    .optional()
    .describe('Whether it is the model used for its task; absent for detectors, which have a `default`'),
  format: z.string().describe('unknown if it can’t be loaded'),
  classes: z
    .array(z.string())
    .describe('Classes of a detector; of other models, the only names that they can tell apart, usually none'),
  input: z.string().describe('e.g. "320..640 free" or "416×416"'),
  loaded: z.boolean(),
  default: z.boolean(),
  reading: z
    .object({
      certainty: z
        .enum(['sure', 'likely', 'unsure'])
        .describe(
          'sure: it finds what the trial photos show; likely: all values fit its format; unsure: they fit none well',
        ),
      why: z.string(),
    })
    .optional()
    .describe('How certain it is that its outputs are read correctly; not for the built-in model'),
  licence: z.string().optional(),
  bytes: z.int().optional().describe('Size of its file'),
  speed: ModelSpeed.optional().describe('Only once it was measured'),
  previous: z.boolean().optional().describe('Whether it was the default before this one'),
  removable: z.boolean().optional().describe('Whether its file is in the models folder, where it can be removed'),
  device: z.string().optional().describe('Execution provider: cpu, cuda, …; only if loaded'),
  memory_mb: z.number().optional().describe('Estimate for all workers together; only if loaded'),
  in_use: z.int().optional().describe('Clients of the detection API that use it now; only if loaded'),
  warning: z.string().optional().describe('Why it may miss objects; only if loaded'),
  unusable: z.string().optional().describe('Why it can’t be loaded'),
});
export type Model = z.infer<typeof Model>;

/** A task other than the detection of known classes. */
export const OtherModelTask = ModelTask.exclude(['detect']);
export type OtherModelTask = z.infer<typeof OtherModelTask>;

/** Model for a task: `auto`, the installed one; `off`, none; or a name. */
export const ModelChoice = z.string().min(1).max(255);

/** One entry of `GET /api/models/tasks`. */
export const TaskModelChoice = z.object({
  task: OtherModelTask,
  choice: ModelChoice,
  model: z.string().optional().describe('The model in use; absent: none'),
  changeable: z.boolean().describe('false if the model is fixed by the settings'),
});
export type TaskModelChoice = z.infer<typeof TaskModelChoice>;

/** Body of `PUT /api/models/tasks/:task`. */
export const ChooseModel = z.strictObject({ choice: ModelChoice });
export type ChooseModel = z.infer<typeof ChooseModel>;

/** Body of `POST /api/models/:name/pull`. */
export const PullModel = z.strictObject({
  accept_licence: z.boolean().optional().describe('Accept a licence that restricts the use of the model'),
});
export type PullModel = z.infer<typeof PullModel>;

/** Body of `POST /api/models/:name/load`. */
export const LoadModel = z.strictObject({
  default: z.boolean().optional().describe('Make it the default, for cameras and for clients that name no model'),
});
export type LoadModel = z.infer<typeof LoadModel>;

/** A model as clients name it: from `GET /api/models`, never a path. */
export const ModelName = z.string().min(1).max(255);

/** Body of `POST /api/session`. */
export const SignIn = z.union([
  z.strictObject({ key: z.string().min(1).max(256).describe('An API key, lk_…') }),
  z.strictObject({
    name: z.string().min(1).max(64).describe('Name of a user'),
    password: z.string().min(1).max(256),
  }),
  z.strictObject({ passkey: PasskeyAssertion }),
]);
export type SignIn = z.infer<typeof SignIn>;

/** `GET /api/session`: who the caller is. */
export const Session = z.object({
  signed_in: z.boolean(),
  sign_in_required: z.boolean().describe('false if the server listens on loopback and the request comes from there'),
  accounts: z.boolean().describe('Whether people can sign in with a name and a password'),
  name: z.string().optional().describe('Name of the API key, what the user is called, or `local`'),
  user: z.object({ id: z.string(), name: z.string() }).optional().describe('If a user is signed in'),
  scope: ApiKeyScope.optional(),
  cameras: z.array(z.string()).optional().describe('The only cameras the caller has access to; default: all'),
  by_proxy: z
    .boolean()
    .describe('Whether the proxy in front says who the caller is, so that nobody signs in or out here'),
  provider: z.string().optional().describe('What the OpenID Connect provider is called by which people can sign in'),
  by_provider: z.boolean().describe('Whether such a provider vouches for the caller, who can sign out there too'),
  refused: z
    .object({ message: z.string(), hint: z.string().optional() })
    .optional()
    .describe('Why the person whom the proxy names may do nothing here'),
});
export type Session = z.infer<typeof Session>;
