import { Device } from '@lookout/protocol';
import { LOG_LEVELS } from './schema.js';

/** A setting that a flag or an environment variable can set. `--help` is generated from the table below. */
export interface SettingOption {
  /** Where the value goes in the settings, e.g. `['server', 'port']`. */
  readonly path: readonly string[];
  /** In `commander`'s syntax, e.g. `--port <number>`. */
  readonly flag?: string;
  readonly env?: string;
  readonly help: string;
  /** How the text is parsed. Text that can't be parsed is passed on unchanged, so that the schema's error shows it. */
  readonly read: 'text' | 'number' | 'number-or-auto' | 'switch' | 'negated' | 'list';
}

export const SETTING_OPTIONS: readonly SettingOption[] = [
  {
    path: ['server', 'port'],
    flag: '--port <number>',
    env: 'LOOKOUT_PORT',
    read: 'number',
    help: 'port to listen on, 0 for any free one (default 8080)',
  },
  {
    path: ['server', 'host'],
    flag: '--host <address>',
    env: 'LOOKOUT_HOST',
    read: 'text',
    help: 'address to listen on; any but loopback requires an API key from everyone (default 127.0.0.1, with --https all)',
  },
  {
    path: ['server', 'rtmp_port'],
    flag: '--rtmp-port <number>',
    env: 'LOOKOUT_RTMP_PORT',
    read: 'number',
    help: 'port for encoders that publish over RTMP, such as OBS; 0 for none (default 1935, or none with --port 0)',
  },
  {
    path: ['webrtc', 'udp_ports'],
    flag: '--webrtc-ports <range>',
    env: 'LOOKOUT_WEBRTC_PORTS',
    read: 'text',
    help: 'UDP ports of WebRTC, such as 50000-50100 (default: any free ones)',
  },
  {
    path: ['webrtc', 'tcp_port'],
    flag: '--webrtc-tcp-port <number>',
    env: 'LOOKOUT_WEBRTC_TCP_PORT',
    read: 'number',
    help: 'port of WebRTC over TCP, where UDP is blocked; 0 for none (default: that of the pages)',
  },
  {
    path: ['webrtc', 'public_ip'],
    flag: '--public-ip <address>',
    env: 'LOOKOUT_PUBLIC_IP',
    read: 'text',
    help: 'address under which WebRTC clients reach this server, if it is not one of this machine',
  },
  {
    path: ['server', 'https'],
    flag: '--https',
    env: 'LOOKOUT_HTTPS',
    read: 'switch',
    help: 'serve HTTPS, as phone cameras need; makes and keeps a certificate, and listens on all addresses',
  },
  {
    path: ['server', 'cert'],
    flag: '--cert <file>',
    env: 'LOOKOUT_CERT',
    read: 'text',
    help: 'your own certificate for HTTPS, PEM; needs --key',
  },
  {
    path: ['server', 'key'],
    flag: '--key <file>',
    env: 'LOOKOUT_KEY',
    read: 'text',
    help: 'private key of --cert, PEM',
  },
  {
    path: ['server', 'sign_in'],
    flag: '--sign-in <policy>',
    env: 'LOOKOUT_SIGN_IN',
    read: 'text',
    help: 'always: require an API key from everyone, as behind a proxy; auto: except from this machine on loopback (default auto)',
  },
  {
    path: ['data'],
    flag: '--data <directory>',
    env: 'LOOKOUT_DATA',
    read: 'text',
    help: 'folder for the database and downloaded models (default ./data)',
  },
  {
    path: ['cluster', 'database'],
    flag: '--cluster <url>',
    env: 'LOOKOUT_CLUSTER',
    read: 'text',
    help: 'run as one of several nodes that share this Postgres database, postgres://user:password@host/database',
  },
  {
    path: ['cluster', 'node_url'],
    flag: '--node-url <url>',
    env: 'LOOKOUT_NODE_URL',
    read: 'text',
    help: 'address at which the other nodes reach this one; needed with --cluster',
  },
  {
    path: ['cluster', 'join_secret_file'],
    flag: '--join-secret-file <file>',
    env: 'LOOKOUT_JOIN_SECRET_FILE',
    read: 'text',
    help: 'file with a secret of 32 or more characters that all nodes have in common; needed with --cluster',
  },
  {
    path: ['cluster', 'node_name'],
    flag: '--node-name <name>',
    env: 'LOOKOUT_NODE_NAME',
    read: 'text',
    help: 'name of this node, its own among all (default: that of the machine)',
  },
  {
    path: ['cluster', 'labels'],
    flag: '--label <labels>',
    env: 'LOOKOUT_LABELS',
    read: 'list',
    help: 'what cameras may need of their node, such as yard,usb: separated by commas',
  },
  {
    path: ['redis', 'url'],
    env: 'REDIS_URL',
    read: 'text',
    help: 'Redis or Valkey, where nodes count limits together and events go out, redis://user:password@host:6379',
  },
  {
    path: ['redis', 'detections'],
    env: 'LOOKOUT_REDIS_DETECTIONS',
    read: 'switch',
    help: 'send detections to Redis too, beside events',
  },
  {
    path: ['model'],
    flag: '--model <name|path>',
    env: 'MODEL_PATH',
    read: 'text',
    help: 'name of a model, or an ONNX file (default: the built-in model)',
  },
  {
    path: ['device'],
    flag: '--device <name>',
    env: 'DEVICE',
    read: 'text',
    help: `device that runs inference: ${Device.options.join(', ')} (default auto: the fastest that works)`,
  },
  {
    path: ['kserve', 'url'],
    flag: '--kserve-url <urls>',
    env: 'KSERVE_URL',
    read: 'list',
    help: 'run the default model on servers with the KServe v2 protocol, http://host:port, separated by commas',
  },
  {
    path: ['kserve', 'model'],
    flag: '--kserve-model <name>',
    env: 'KSERVE_MODEL',
    read: 'text',
    help: 'name of the model on those servers',
  },
  {
    path: ['kserve', 'token'],
    env: 'KSERVE_TOKEN',
    read: 'text',
    help: 'API key of those servers, sent as Authorization: Bearer',
  },
  {
    path: ['kserve', 'token_file'],
    flag: '--kserve-token-file <file>',
    env: 'KSERVE_TOKEN_FILE',
    read: 'text',
    help: 'file with that API key',
  },
  {
    path: ['timezone'],
    env: 'LOOKOUT_TIMEZONE',
    read: 'text',
    help: 'time zone of the schedules of rules, such as Europe/Berlin (default: that of the system)',
  },
  {
    path: ['discovery', 'interfaces'],
    env: 'LOOKOUT_DISCOVERY_INTERFACES',
    read: 'list',
    help: 'network interfaces on which ONVIF cameras are searched for, separated by commas (default: all)',
  },
  {
    path: ['language_model', 'base_url'],
    env: 'LLM_BASE_URL',
    read: 'text',
    help: 'OpenAI-compatible server that is asked about sentences the reader refuses; its answers are suggestions to confirm',
  },
  { path: ['language_model', 'api_key'], env: 'LLM_API_KEY', read: 'text', help: 'API key of that server' },
  { path: ['language_model', 'model'], env: 'LLM_MODEL', read: 'text', help: 'name of its model' },
  {
    path: ['vlm', 'base_url'],
    env: 'VLM_BASE_URL',
    read: 'text',
    help: 'OpenAI-compatible server of a vision-language model that rules can ask about their events',
  },
  { path: ['vlm', 'api_key'], env: 'VLM_API_KEY', read: 'text', help: 'API key of that server' },
  { path: ['vlm', 'model'], env: 'VLM_MODEL', read: 'text', help: 'name of its model' },
  {
    path: ['open_vocabulary', 'embed_model'],
    env: 'LOOKOUT_EMBED_MODEL',
    read: 'text',
    help: 'model that compares words with pictures: auto, off or its name (default: as chosen in the page, or auto)',
  },
  {
    path: ['open_vocabulary', 'open_model'],
    env: 'LOOKOUT_OPEN_MODEL',
    read: 'text',
    help: 'model that finds objects by description: auto, off or its name',
  },
  {
    path: ['open_vocabulary', 'segment_model'],
    env: 'LOOKOUT_SEGMENT_MODEL',
    read: 'text',
    help: 'model that cuts out shapes: auto, off or its name',
  },
  {
    path: ['open_vocabulary', 'crops_per_second'],
    env: 'LOOKOUT_CROPS_PER_SECOND',
    read: 'number-or-auto',
    help: 'objects per second to check for rules with phrases (default auto: by what the machine can do)',
  },
  {
    path: ['open_vocabulary', 'false_alarms_per_day'],
    env: 'LOOKOUT_FALSE_ALARMS_PER_DAY',
    read: 'number',
    help: 'false alarms allowed per day and camera for a rule with a phrase (default 1)',
  },
  {
    path: ['workers'],
    flag: '--workers <number>',
    env: 'LOOKOUT_WORKERS',
    read: 'number',
    help: 'number of analysis threads, 1 to 64 (default: one per core)',
  },
  {
    path: ['detect', 'confidence'],
    flag: '--confidence <number>',
    env: 'CONFIDENCE_THRESHOLD',
    read: 'number-or-auto',
    help: 'minimum confidence of a detection, 0.05 to 0.95, or auto (default auto)',
  },
  {
    path: ['detect', 'cross_class_iou'],
    env: 'CROSS_CLASS_IOU',
    read: 'number',
    help: 'boxes of different classes that overlap by more than this count as one object, 0 to 1; 1 turns this off (default 0.8)',
  },
  {
    path: ['log', 'level'],
    flag: '--log-level <level>',
    env: 'LOOKOUT_LOG_LEVEL',
    read: 'text',
    help: `minimum level to log: ${LOG_LEVELS.join(', ')} (default info)`,
  },
  {
    path: ['streaming', 'session_timeout'],
    env: 'STREAMING_SESSION_TIMEOUT',
    read: 'number',
    help: 'seconds after which an unused detection session ends (default 300)',
  },
  {
    path: ['streaming', 'max_fps'],
    env: 'STREAMING_MAX_FPS',
    read: 'number',
    help: 'maximum fps_limit that a detection session can request (default 30)',
  },
  {
    path: ['streaming', 'default_fps'],
    env: 'STREAMING_DEFAULT_FPS',
    read: 'number',
    help: 'fps_limit of a detection session that requests none (default 10)',
  },
  {
    path: ['streaming', 'queue_size'],
    env: 'STREAMING_QUEUE_SIZE',
    read: 'number',
    help: 'maximum frames of one detection session in flight (default 50)',
  },
  {
    path: ['streaming', 'enable_tracking'],
    env: 'STREAMING_ENABLE_TRACKING',
    read: 'switch',
    help: 'whether detection sessions track objects by default (default true)',
  },
  { path: ['demo_clip'], env: 'LOOKOUT_DEMO_CLIP', read: 'text', help: 'video of the demo camera; npm start sets it' },
  { path: ['demo'], flag: '--no-demo', env: 'LOOKOUT_NO_DEMO', read: 'negated', help: 'no demo camera' },
];

/** The flag's name without value, e.g. `--port`. */
export function flagName(flag: string): string {
  return flag.split(' ')[0]!;
}

/** Parses the text of a flag or variable; see `SettingOption.read`. */
export function readOption(option: SettingOption, text: string): unknown {
  switch (option.read) {
    case 'text':
      return text;
    case 'number-or-auto':
      return text === 'auto' ? text : toNumber(text);
    case 'number':
      return toNumber(text);
    case 'switch':
      return toBoolean(text) ?? text;
    case 'list':
      return text.split(',').map((each) => each.trim());
    case 'negated': {
      const given = toBoolean(text);
      return given === undefined ? text : !given;
    }
  }
}

function toBoolean(text: string): boolean | undefined {
  if (/^(1|true|yes)$/i.test(text)) return true;
  return /^(0|false|no)$/i.test(text) ? false : undefined;
}

function toNumber(text: string): number | string {
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? text : number;
}
