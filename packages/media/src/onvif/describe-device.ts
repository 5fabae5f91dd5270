import type { DeviceChannel, DeviceStream } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol/core';
import { AddressGuard, type AddressLimits } from '../network/address-guard.js';
import { at, type ChosenStreams, chooseStreams, readProfiles, textOf, type VideoProfile } from './choose-streams.js';
import { fetchSnapshot } from './fetch-snapshot.js';
import { isUnauthorized, OnvifClient, OnvifFaultError } from './onvif-client.js';
import { onOwnHost, shownText } from './own-host.js';

export interface DescribeDeviceOptions {
  /** http(s) address of the device service. */
  address: string;
  /** Empty: none. */
  user: string;
  password: string;
  tlsPin?: string | undefined;
  /** What the device's own address may be. */
  limits?: AddressLimits;
  /** For one call, ms. Default 6000. */
  callTimeoutMs?: number;
}

/** What a device says of itself. Its texts are untrusted, one line of at most 100 characters. */
export interface OnvifDescription {
  manufacturer: string | null;
  model: string | null;
  firmware: string | null;
  channels: DeviceChannel[];
  /** What is odd about it, in words for its owner. */
  notes: string[];
}

/** Video sources described. Recorders with more are rather added stream by stream. */
const MAX_CHANNELS = 16;
/** Pictures fetched: they take most of the time. */
const MAX_PICTURES = 4;
const SNAPSHOT_TIMEOUT_MS = 4000;
/** From here on a wrong clock is worth a word. */
const MAX_CLOCK_ERROR_MS = 60_000;

/**
 * Asks a device for its streams and pictures. Requests go to the host of `address` only, and so do user and password; addresses that the
 * device names are moved to that host.
 *
 * To be used in a thread of its own, as `OnvifClient`.
 * @throws LookoutError if it can't be reached, is no ONVIF device, refuses user or password, or has no video
 */
export async function describeDevice(options: DescribeDeviceOptions): Promise<OnvifDescription> {
  return await new Describing(options).run();
}

class Describing {
  readonly #options: DescribeDeviceOptions;
  readonly #url: URL;
  readonly #guard: AddressGuard;
  readonly #client: OnvifClient;
  readonly #notes = new Set<string>();

  constructor(options: DescribeDeviceOptions) {
    const { address, user, password, tlsPin, limits, callTimeoutMs } = options;
    this.#options = options;
    this.#url = new URL(address);
    this.#url.username = '';
    this.#url.password = '';
    this.#guard = new AddressGuard({ ...limits, ownHostOnly: true });
    this.#client = new OnvifClient({
      ...{ url: this.#url, user, password, guard: this.#guard, tlsPin },
      ...(callTimeoutMs !== undefined && { callTimeoutMs }),
    });
  }

  async run(): Promise<OnvifDescription> {
    const clock = await orNothing(this.#client.dateAndTime());
    if (clock instanceof Date && Math.abs(clock.getTime() - Date.now()) > MAX_CLOCK_ERROR_MS)
      this.#notes.add(
        `The device's clock is wrong: it says ${clock.toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
      );
    if (!(await this.#client.services())) throw withoutVideo('The device has no video service');
    const information = await orNothing(this.#client.information());
    const chosen = chooseStreams(readProfiles(await this.#client.profiles()));
    if (chosen.length === 0) throw withoutVideo('None of the profiles of the device has video');
    if (chosen.length > MAX_CHANNELS)
      this.#notes.add(`The device has ${chosen.length} video sources; the first ${MAX_CHANNELS} are listed.`);
    const channels: DeviceChannel[] = [];
    for (const streams of chosen.slice(0, MAX_CHANNELS)) {
      const channel = await this.#channel(streams, channels.length < MAX_PICTURES);
      if (channel) channels.push(channel);
    }
    if (channels.length === 0) throw withoutVideo('The device names no address of a stream');
    const text = (name: string) => shownText(textOf(at(information, name)));
    return {
      ...{ manufacturer: text('manufacturer'), model: text('model'), firmware: text('firmwareVersion') },
      ...{ channels, notes: [...this.#notes] },
    };
  }

  /** @returns undefined if the device has no address for the main stream. */
  async #channel({ main, sub }: ChosenStreams, withPicture: boolean): Promise<DeviceChannel | undefined> {
    const mainStream = await this.#stream(main);
    if (mainStream === undefined) return undefined;
    const subStream = sub === undefined ? undefined : await this.#stream(sub);
    const picture = withPicture ? await this.#picture(main) : null;
    // Some devices have one address for all profiles.
    const isOther = subStream !== undefined && subStream.url !== mainStream.url;
    return { name: main.name, main: mainStream, sub: isOther ? subStream : null, picture };
  }

  async #stream({ token, name, codec, width, height, fps }: VideoProfile): Promise<DeviceStream | undefined> {
    const answer = await orNothing(this.#client.streamUri(token));
    const found = onOwnHost(textOf(at(answer, 'uri')), this.#url.hostname, ['rtsp:', 'rtsps:']);
    if (found === undefined) {
      this.#notes.add(`The device names no address for its profile “${name}”.`);
      return undefined;
    }
    if (found.named !== undefined) this.#noteOther(found.named);
    return { url: found.url.href, profile: name, codec, width, height, fps };
  }

  /** @returns a data: URL, null where the device gives no picture. */
  async #picture({ token }: VideoProfile): Promise<string | null> {
    const answer = await orNothing(this.#client.snapshotUri(token));
    const found = onOwnHost(textOf(at(answer, 'uri')), this.#url.hostname, ['http:', 'https:']);
    if (found === undefined) return null;
    if (found.named !== undefined) this.#noteOther(found.named);
    const deviceUrl = new URL(this.#url);
    deviceUrl.username = encodeURIComponent(this.#options.user);
    deviceUrl.password = encodeURIComponent(this.#options.password);
    const signal = AbortSignal.timeout(SNAPSHOT_TIMEOUT_MS);
    try {
      const { tlsPin } = this.#options;
      const jpeg = await fetchSnapshot({ deviceUrl, url: found.url, guard: this.#guard, tlsPin, signal });
      return `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
    } catch (error) {
      if (!(error instanceof LookoutError) && !signal.aborted) throw error;
      const why = error instanceof LookoutError ? error.message : `none came within ${SNAPSHOT_TIMEOUT_MS / 1000} s`;
      this.#notes.add(`The device gave no picture: ${why}.`);
      return null;
    }
  }

  #noteOther(named: string): void {
    this.#notes.add(
      `The device names ${named} in its addresses; ${this.#url.hostname}, where it answers, is used instead.`,
    );
  }
}

/** Undefined where the device refuses this call alone; other failures end the conversation. */
async function orNothing(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof OnvifFaultError && !isUnauthorized(error)) return undefined;
    throw error;
  }
}

function withoutVideo(message: string): LookoutError {
  return new LookoutError('camera_unsupported', message, {
    hint: 'Look for the address of its stream in its manual, and add the camera by that.',
  });
}
