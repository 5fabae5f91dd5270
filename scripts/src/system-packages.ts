import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from './progress.js';

/** What tests and benchmarks need from the distribution, and a file that shows it is installed. `*` stands for one folder name. */
export interface SystemPackage {
  readonly name: string;
  readonly file: string;
  readonly purpose: string;
}

export const TEST_PACKAGES: readonly SystemPackage[] = [
  { name: 'chromium', file: '/usr/bin/chromium', purpose: 'the browser of the end-to-end tests' },
  {
    name: 'chromium-headless-shell',
    file: '/usr/bin/chromium-headless-shell',
    purpose: 'the same without windows, which is faster',
  },
  { name: 'ffmpeg', file: '/usr/bin/ffmpeg', purpose: 'clips and streams for tests' },
  { name: 'libjpeg-turbo-progs', file: '/usr/bin/jpegtran', purpose: 'JPEGs of unusual kinds for tests' },
  { name: 'nginx', file: '/usr/sbin/nginx', purpose: 'a reverse proxy in front of the server' },
  { name: 'redis-server', file: '/usr/bin/redis-server', purpose: 'where several nodes count limits together' },
  { name: 'haproxy', file: '/usr/sbin/haproxy', purpose: 'a balancer in front of several nodes' },
  { name: 'postgresql', file: '/usr/lib/postgresql/*/bin/postgres', purpose: 'a database for several nodes' },
  { name: 'curl', file: '/usr/bin/curl', purpose: 'runs an example' },
  {
    name: 'python3-requests',
    file: '/usr/lib/python3/dist-packages/requests/__init__.py',
    purpose: 'an example in Python',
  },
  {
    name: 'python3-websockets',
    file: '/usr/lib/python3/dist-packages/websockets/__init__.py',
    purpose: 'the same over a WebSocket',
  },
  { name: 'gjs', file: '/usr/bin/gjs', purpose: 'runs the RTSP test server' },
  {
    name: 'gir1.2-gst-rtsp-server-1.0',
    file: '/usr/lib/*/girepository-1.0/GstRtspServer-1.0.typelib',
    purpose: 'the RTSP test server',
  },
  {
    name: 'gstreamer1.0-plugins-base',
    file: '/usr/lib/*/gstreamer-1.0/libgstvideotestsrc.so',
    purpose: 'test pictures',
  },
  { name: 'gstreamer1.0-plugins-good', file: '/usr/lib/*/gstreamer-1.0/libgstrtp.so', purpose: 'RTP' },
  {
    name: 'gstreamer1.0-plugins-bad',
    file: '/usr/lib/*/gstreamer-1.0/libgstvideoparsersbad.so',
    purpose: 'H.264 parsing',
  },
  { name: 'gstreamer1.0-tools', file: '/usr/bin/gst-launch-1.0', purpose: 'publishes with the commands of the guide' },
  { name: 'gstreamer1.0-plugins-ugly', file: '/usr/lib/*/gstreamer-1.0/libgstx264.so', purpose: 'H.264 encoding' },
  {
    name: 'fonts-dejavu-core',
    file: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
    purpose: 'text in screenshots',
  },
];

/** What `npm run test:peers` needs besides. */
export const PEER_PACKAGES: readonly SystemPackage[] = [
  { name: 'python3-gi', file: '/usr/lib/python3/dist-packages/gi/__init__.py', purpose: 'GStreamer in Python' },
  {
    name: 'gir1.2-gst-plugins-bad-1.0',
    file: '/usr/lib/*/girepository-1.0/GstWebRTC-1.0.typelib',
    purpose: 'a WebRTC client',
  },
  { name: 'gstreamer1.0-nice', file: '/usr/lib/*/gstreamer-1.0/libgstnice.so', purpose: 'its connections' },
  { name: 'coturn', file: '/usr/bin/turnserver', purpose: 'a STUN and TURN server' },
  { name: 'onvif-tools', file: '/usr/bin/onvif-util', purpose: 'an ONVIF client' },
  { name: 'iproute2', file: '/usr/bin/ip', purpose: 'a network for it' },
];

const APT_TIMEOUT_MS = 900_000;
const APT_OUTPUT_BYTES = 16 * 1024 ** 2;

/** The system can't be prepared without its owner's help; `advice` says what to do. */
export class SystemPackagesMissing extends Error {
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.name = 'SystemPackagesMissing';
    this.advice = advice;
  }
}

/** Those of `packages` whose file does not exist. */
export function missingPackages(packages: readonly SystemPackage[] = TEST_PACKAGES): SystemPackage[] {
  return packages.filter(({ file }) => !matchesSomeFile(file));
}

/**
 * Installs what is missing, as root or with passwordless sudo. Asks nothing.
 * @throws SystemPackagesMissing when it can't, with the command to type.
 */
export async function installSystemPackages(
  step: Step,
  packages: readonly SystemPackage[] = TEST_PACKAGES,
): Promise<void> {
  const missing = missingPackages(packages);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  const list = missing.map(({ name, purpose }) => `  ${name} (${purpose})`).join('\n');
  const command = `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (!existsSync('/usr/bin/apt-get')) {
    throw new SystemPackagesMissing(
      `tests and benchmarks need programs that are not installed:\n${list}`,
      'Install them by hand.',
    );
  }
  const prefix = await asRoot();
  if (!prefix)
    throw new SystemPackagesMissing(
      `tests and benchmarks need packages, and this user can't install them:\n${list}`,
      command,
    );
  const install = ['apt-get', '-q', '-y', 'install', '--no-install-recommends', ...names];
  await step(`Installing Debian packages for tests and benchmarks: ${names.join(', ')}`, async () => {
    for (const apt of [['apt-get', '-q', 'update'], install]) {
      const { code, output } = await run([...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', ...apt]);
      if (code === 0) continue;
      const reason = output.trim().split('\n').slice(-5).join('\n');
      throw new SystemPackagesMissing(
        `the packages for tests and benchmarks can't be installed.\n${reason}`,
        `Fix that, or run: ${command}`,
      );
    }
  });
  const still = missingPackages(packages).map(({ name, file }) => `${name} (${file})`);
  if (still.length > 0) {
    throw new SystemPackagesMissing(
      `installed, but not at the expected path: ${still.join(', ')}.`,
      'This distribution puts it elsewhere: link the file to the expected path.',
    );
  }
}

/** The command prefix for running something as root, or `undefined`. */
async function asRoot(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const { code } = await run(['sudo', '-n', 'true']);
  return code === 0 ? ['sudo', '-n'] : undefined;
}

function run([command = '', ...args]: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: APT_TIMEOUT_MS, maxBuffer: APT_OUTPUT_BYTES }, (error, stdout, stderr) => {
      resolve({ code: error ? 1 : 0, output: stdout + (stderr || (error?.message ?? '')) });
    });
  });
}

/** @param pattern of a path, in which `*` stands for one folder name */
export function matchesSomeFile(pattern: string): boolean {
  const [before = '', after] = pattern.split('/*/');
  if (after === undefined) return existsSync(pattern);
  return existsSync(before) && readdirSync(before).some((name) => existsSync(join(before, name, after)));
}
