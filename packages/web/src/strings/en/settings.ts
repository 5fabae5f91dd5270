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

/** The settings, section by section. */
export const settings = {
  page: 'Settings',
  back: 'All settings',
  sections: {
    general: { title: 'Time and storage', note: 'Time zone, how long events and their pictures stay' },
    models: { title: 'Models', note: 'What finds the objects in the pictures' },
    network: { title: 'Phones and HTTPS', note: 'How other devices reach Lookout' },
    keys: { title: 'API keys', note: 'Who may do what' },
    system: { title: 'System', note: 'Version, health, performance' },
    start: { title: 'Set at the start', note: 'Everything that flags, variables and lookout.yaml set' },
  },
  /** Where a setting's value comes from. */
  origin: {
    command_line: (name: string) => `Set by ${name} on the command line`,
    environment: (name: string) => `Set by ${name} in the environment`,
    file: (name: string, line: number | undefined) =>
      line === undefined ? `Set in ${name}` : `Set in ${name}, line ${line}`,
    page: 'Set here',
    default: 'Default',
  },
  fixedHint: 'To change it here, remove it there and restart Lookout.',
  time: {
    title: 'Time zone',
    label: 'Time zone of rules',
    hint: 'Rules that say “at night” or “on weekdays” go by it.',
    saved: 'Saved. Rules go by it now.',
  },
  storage: {
    title: 'Events and pictures',
    days: 'Remove events after, days',
    daysHint: 'With their pictures. Events marked as kept stay.',
    space: 'Disk space for pictures, GB',
    /** The server counts in bytes. */
    spaceRange: 'From 0.07 to 1000 GB.',
    spaceHint: 'When it is full, the oldest pictures go first.',
    saved: 'Saved. What is too old, or too much, is removed now.',
  },
  save: 'Save',
  toDefault: 'Back to the default',
  start: {
    title: 'Set at the start',
    about: 'To change one of these, change it where it is set, or set it in `lookout.yaml`, and restart Lookout.',
    onlySet: 'Only those that are set',
    notSet: 'not set',
    none: 'Nothing is set: all settings have their defaults.',
    yes: 'yes',
    no: 'no',
  },
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
