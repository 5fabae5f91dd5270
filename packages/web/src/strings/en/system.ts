import type { ApiKeyScope } from '@lookout/protocol';

/** What each scope allows, the narrowest first. */
const SCOPES: Record<ApiKeyScope, { label: string; may: string }> = {
  viewer: { label: 'Viewer', may: 'Watches cameras; changes nothing.' },
  operator: {
    label: 'Operator',
    may: 'Watches and publishes, switches cameras on and off, changes their detection, uses the detection API.',
  },
  detect: { label: 'Detection API', may: 'Sends frames and gets detections; sees no cameras.' },
  admin: { label: 'Admin', may: 'Everything, keys included.' },
};

/** The system page: server, models, performance, keys. */
export const system = {
  page: 'System',
  server: {
    title: 'Server',
    version: 'Version',
    uptime: 'Running for',
    node: 'Node',
    platform: 'Platform',
  },
  health: {
    title: 'Health',
    ok: 'Healthy',
    degraded: 'Degraded',
    nothing: 'Nothing to report.',
    unknown: 'Unknown.',
  },
  cameras: {
    title: 'Cameras',
    configured: 'Configured',
    live: 'Live',
    connecting: 'Connecting',
    inTrouble: 'In trouble',
    waiting: 'Waiting for a publisher',
    switchedOff: 'Switched off',
    fps: 'Frame rate of all cameras',
  },
  links: {
    title: 'More',
    docs: { label: 'API documentation', note: 'every call, to try here' },
    openapi: { label: 'OpenAPI description', note: 'to generate clients from' },
    metrics: { label: 'Metrics', note: 'for Prometheus' },
    health: { label: 'Health', note: 'for probes' },
  },
  performance: {
    title: 'Performance',
    none: 'No camera is live.',
    headings: ['Camera', 'Read', 'Analysed', 'Delay p50 / p95', 'Inference p50 / p95', 'Skipped', 'Viewers'],
  },
  device: {
    runsOn: (device: string, reason: string) =>
      `Inference runs on ${device === 'cpu' ? 'the processor' : device}: ${reason}.`,
    tried: 'What was tried',
    outcome: (device: string, ok: boolean, detail: string) => `${device}: ${ok ? '' : 'no; '}${detail}`,
  },
  models: {
    title: 'Models',
    none: 'None.',
    classes: (n: number) => (n === 1 ? '1 class' : `${n} classes`),
    likely: 'Outputs are probably decoded correctly.',
    unsure: 'Outputs may be decoded incorrectly.',
    working: 'Working …',
    unusable: (reason: string) => `Can’t be used: ${reason}`,
    actions: { load: 'Load', default: 'Make default', unload: 'Unload' },
    notLoaded: 'Not loaded',
    loaded: 'Loaded',
    isDefault: 'default',
    memory: (megabytes: number) => `about ${megabytes} MB`,
    inUse: (n: number) => (n === 1 ? 'in use by 1 client' : `in use by ${n} clients`),
  },
  phones: {
    title: 'Phones and other devices',
    thisMachine: 'Other devices can’t reach this server: it listens to this machine only. Start it with `--https`.',
    signIn: 'Sign in a phone',
    scan: 'Scan this with the phone’s camera. It works once, within five minutes, and signs the phone in as you.',
    code: 'Code that signs a phone in',
    address: 'Address to sign in at',
  },
  keys: {
    title: 'API keys',
    none: 'None. On this machine, no key is needed.',
    made: (what: string, when: string) => `${what}, created ${when}`,
    /** @param cameras names of the only cameras it gives access to; undefined: all */
    purpose: (scope: ApiKeyScope, cameras: readonly string[] | undefined) => {
      const { label } = SCOPES[scope];
      return cameras ? `${label} for ${cameras.length === 0 ? 'deleted cameras' : cameras.join(', ')}` : label;
    },
    new: 'New key',
    newTitle: 'New API key',
    namePlaceholder: 'Home Assistant',
    nameHint: 'The program or person that will use it.',
    scope: 'May do',
    scopes: SCOPES,
    onlyCameras: 'Only these cameras',
    onlyCamerasHint: 'None chosen: all cameras, including those added later.',
    create: 'Create key',
    creating: 'Creating the key',
    madeTitle: (name: string) => `Key for ${name}`,
    copyNow: 'Copy it now: it is not shown again.',
    key: 'API key',
    revoke: 'Revoke',
    revokeKey: (name: string) => `Revoke ${name}`,
    revokeTitle: (name: string) => `Revoke ${name}?`,
    revokeText: 'Everyone who signed in with it is signed out, and programs that use it are disconnected at once.',
  },
};
