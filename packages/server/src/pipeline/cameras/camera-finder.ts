import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import {
  type AddressLimits,
  describeOnvifDevice,
  findOnvifDevices,
  nowMs,
  type OnvifDevice,
  type OnvifSearch,
  typedServiceAddress,
  UntrustedCertificateError,
} from '@lookout/media';
import {
  type DescribeDeviceRequest,
  type DeviceDescription,
  type DiscoverRequest,
  type DiscoverResult,
  type FoundDevice,
  LookoutError,
} from '@lookout/protocol';
import type { Logger } from 'pino';
import type { CameraService } from './camera-service.js';

export interface CameraFinderOptions {
  /** Tells which were added already. */
  cameras: Pick<CameraService, 'list'>;
  /** What the address of a device may be. */
  limits: () => AddressLimits;
  /** Network interfaces to search; default all. */
  interfaces?: readonly string[] | undefined;
  log: Logger;
}

/** Each holds a thread, and sockets on every network. */
const MAX_SEARCHES = 2;
/** Each holds a thread, and a connection to a device. */
const MAX_DESCRIPTIONS = 4;
/** Files that container engines place in their containers. */
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv'];

/** Finds ONVIF devices on the network, and asks them for their streams, before they are added as cameras. */
export class CameraFinder {
  readonly #options: CameraFinderOptions;
  #searches = 0;
  #descriptions = 0;

  constructor(options: CameraFinderOptions) {
    this.#options = options;
  }

  /**
   * Searches the networks of this machine, or one host, for some three seconds.
   * @throws LookoutError `too_many_requests`; `validation_failed` for a host that is none; `camera_unreachable` if nothing can be searched
   */
  async discover({ host }: DiscoverRequest): Promise<DiscoverResult> {
    const typed = host === undefined ? undefined : hostOf(host);
    if (this.#searches >= MAX_SEARCHES)
      throw new LookoutError('too_many_requests', `${MAX_SEARCHES} searches are already running`, {
        hint: 'Try again in a few seconds.',
        retryAfterS: 3,
      });
    this.#searches++;
    const startedMs = nowMs();
    try {
      const search = await findOnvifDevices({ host: typed?.hostname, interfaces: this.#options.interfaces });
      const devices = search.devices.map((device) => this.#shown(device, typed?.hostname)).toSorted(byHost);
      // Routers seldom pass the search on, and some devices ignore it: the device may be there all the same.
      if (typed && devices.length === 0) devices.push(this.#silent(typed));
      this.#options.log.info(
        { networks: search.networks, devices: search.devices.length },
        'searched for ONVIF devices',
      );
      return {
        devices,
        networks: search.networks,
        truncated: search.truncated,
        hints: search.devices.length > 0 ? [] : hintsFor(search, typed?.hostname),
        elapsed_ms: Math.round(nowMs() - startedMs),
      };
    } finally {
      this.#searches--;
    }
  }

  /** Returns what a device says of itself, or why it can't be used and what to do; failures of devices are never thrown. */
  async describe({ address, user = '', password = '', tls_pin }: DescribeDeviceRequest): Promise<DeviceDescription> {
    const url = new URL(address);
    url.username = '';
    url.password = '';
    const shown = url.href;
    const startedMs = nowMs();
    const elapsed = () => Math.round(nowMs() - startedMs);
    if (this.#descriptions >= MAX_DESCRIPTIONS) {
      const reason = `${MAX_DESCRIPTIONS} devices are already being asked`;
      const hint = 'Try again in a few seconds.';
      return { ok: false, address: shown, code: 'too_many_requests', reason, hint, elapsed_ms: 0 };
    }
    this.#descriptions++;
    try {
      const limits = this.#options.limits();
      const found = await describeOnvifDevice({ address: shown, user, password, tlsPin: tls_pin, limits });
      return { ok: true, address: shown, ...found, elapsed_ms: elapsed() };
    } catch (error) {
      if (!(error instanceof LookoutError)) throw error;
      const { code, message, hint = 'Check the address and that this machine reaches the device.' } = error;
      this.#options.log.info(
        { host: url.host, code, reason: message, err: error.cause },
        'an ONVIF device was not described',
      );
      const seen = error instanceof UntrustedCertificateError && { tls_pin: error.tlsPin };
      return { ok: false, address: shown, code, reason: message, hint, ...seen, elapsed_ms: elapsed() };
    } finally {
      this.#descriptions--;
    }
  }

  #shown(device: OnvifDevice, typedHost: string | undefined): FoundDevice {
    return { ...device, answered: true, camera_ids: this.#camerasAt([device.host, typedHost]) };
  }

  #silent({ host, hostname }: URL): FoundDevice {
    const facts = { name: null, manufacturer: null, model: null, location: null };
    const address = typedServiceAddress(host).href;
    return { address, host: hostname, ...facts, answered: false, camera_ids: this.#camerasAt([hostname]) };
  }

  #camerasAt(hosts: ReadonlyArray<string | undefined>): string[] {
    const atHost = ({ url }: { url?: string | undefined }) =>
      url !== undefined && URL.canParse(url) && hosts.includes(new URL(url).hostname);
    return this.#options.cameras
      .list()
      .filter(atHost)
      .map(({ id }) => id);
  }
}

/** By address, then by port. */
function byHost(a: FoundDevice, b: FoundDevice): number {
  return a.address.localeCompare(b.address, 'en', { numeric: true });
}

/** @throws LookoutError for anything but a host with or without a port. */
function hostOf(text: string): URL {
  const url =
    /^[\w.-]+(?::\d{1,5})?$/.test(text) && URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : undefined;
  if (url === undefined || url.hostname === '')
    throw new LookoutError('validation_failed', 'The host is not valid', {
      hint: 'Enter a name or an IPv4 address, such as 192.168.1.20, if need be with a port.',
      errors: [{ field: 'host', message: 'expected a name or an IPv4 address, with or without a port' }],
    });
  return url;
}

function hintsFor({ networks }: OnvifSearch, host: string | undefined): string[] {
  const switchedOff =
    'ONVIF may be switched off in the camera: many makers ship it so. Switch it on in its own settings, often under Network or Integration, and make a user for ONVIF there.';
  if (host !== undefined) {
    const kind = isIP(host) === 0 ? 'name' : 'address';
    return [
      `Nothing at this ${kind} answered the search. It can still be tried: not all devices answer, and routers don't always pass the search on.`,
      switchedOff,
    ];
  }
  const inContainer = CONTAINER_MARKS.some((path) => existsSync(path));
  return [
    ...(inContainer
      ? [
          "Lookout runs in a container, whose network is its own, and a search does not leave it. Give the container the host's network, or enter the camera's address.",
        ]
      : []),
    `The camera may be in another network: a search reaches only ${networks.join(', ') || 'no network: this machine has none, or none of the interfaces in discovery.interfaces'}. Enter its address.`,
    switchedOff,
    'A firewall on this machine may block UDP port 3702, or the Wi-Fi keeps its devices apart (guest network).',
  ];
}
