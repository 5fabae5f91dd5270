import { LookoutError } from '@lookout/protocol/core';
import onvif, { type Cam } from 'onvif';
import type { AddressGuard } from '../network/address-guard.js';
import { networkError } from '../source/connection-error.js';
import { deviceAgent } from './device-agent.js';
import { shownText } from './own-host.js';

export interface OnvifClientOptions {
  /** Of the device service, without user and password. */
  url: URL;
  user: string;
  password: string;
  guard: AddressGuard;
  tlsPin?: string | undefined;
  /** For one call, ms. Default 6000. */
  callTimeoutMs?: number;
}

type Done = (error: Error | null | undefined, answer?: unknown) => void;

/** The device refused a call, and says so properly: others may still work. */
export class OnvifFaultError extends LookoutError {
  constructor(reason: string | null) {
    super('camera_refused', `The device refuses the request${reason ? `: ${reason}` : ''}`, {
      hint: 'Check the rights of the user on the device.',
    });
  }
}

const DEFAULT_CALL_TIMEOUT_MS = 6000;
/** Codes of errors after which another call may succeed. */
const REFUSALS: ReadonlySet<string> = new Set(['camera_refused', 'source_protocol_error']);
const NOT_AUTHORIZED = /not\s?authorized|unauthorized|FailedAuthentication|InvalidSecurity|Digest authentication/i;

/**
 * Calls one ONVIF device, one call at a time, by the library `onvif`. Its answers are unknown values: nothing about them is promised.
 *
 * To be used in a thread of its own: a device can make the library throw outside of any call, or work for minutes.
 */
export class OnvifClient {
  readonly #options: OnvifClientOptions;
  readonly #cam: Cam;
  #fail: (error: LookoutError) => void = () => undefined;
  /** Of the last answer. */
  #status: number | undefined;
  #xml = '';

  constructor(options: OnvifClientOptions) {
    const { url, guard, tlsPin, user, password, callTimeoutMs = DEFAULT_CALL_TIMEOUT_MS } = options;
    this.#options = options;
    this.#cam = new onvif.Cam({
      hostname: url.hostname,
      port: portOf(url),
      path: `${url.pathname}${url.search}`,
      useSecure: url.protocol === 'https:',
      agent: deviceAgent({ url, guard, tlsPin, onFailure: (error) => this.#fail(error) }),
      autoconnect: false,
      preserveAddress: true,
      timeout: callTimeoutMs,
      // It puts the user into XML as it is, and takes only the low byte of each character of the password, where UTF-8 is meant.
      username: escapeXml(user),
      password: Buffer.from(password, 'utf8').toString('latin1'),
    });
    // HTTP Digest has neither peculiarity.
    const digestCam: Cam = Object.assign(Object.create(this.#cam), {
      username: user,
      password,
      updateNC: () => this.#cam.updateNC(),
    });
    const digestAuth = this.#cam.digestAuth;
    this.#cam.digestAuth = (challenges, request) => digestAuth.call(digestCam, challenges, request);
    this.#cam.on('rawResponse', (xml, status) => {
      this.#xml = xml;
      this.#status = status;
    });
  }

  /** The device's clock, also used to sign later calls: devices refuse what seems old. */
  dateAndTime = () => this.#call((done) => this.#cam.getSystemDateAndTime(done));
  information = () => this.#call((done) => this.#cam.getDeviceInformation(done));
  streamUri = (profileToken: string) =>
    this.#call((done) => this.#cam.getStreamUri({ protocol: 'RTSP', profileToken }, done));
  snapshotUri = (profileToken: string) => this.#call((done) => this.#cam.getSnapshotUri({ profileToken }, done));

  /** Learns where the device's services are. @returns whether it has media. */
  async services(): Promise<boolean> {
    try {
      await this.#call((done) => this.#cam.getServices(false, done));
    } catch (error) {
      if (!(error instanceof LookoutError) || !REFUSALS.has(error.code)) throw error;
      // Devices made before ONVIF 2.0 do not have it.
      await this.#call((done) => this.#cam.getCapabilities(done));
    }
    return this.#cam.uri?.media !== undefined || this.#cam.media2Support === true;
  }

  /** By Media2 where it works, for H.265 is only known there. */
  async profiles(): Promise<unknown> {
    try {
      return await this.#call((done) => this.#cam.getProfiles(done));
    } catch (error) {
      if (this.#cam.media2Support !== true || this.#cam.uri?.media === undefined || isUnauthorized(error)) throw error;
      this.#cam.media2Support = false;
      return await this.#call((done) => this.#cam.getProfiles(done));
    }
  }

  #call(run: (done: Done) => void): Promise<unknown> {
    this.#status = undefined;
    this.#xml = '';
    const { callTimeoutMs = DEFAULT_CALL_TIMEOUT_MS } = this.#options;
    return new Promise((resolve, reject) => {
      // The library's own limit is for silence, and a connection that breaks in the middle of an answer is never told.
      const timer = setTimeout(() => this.#fail(this.#noAnswer(callTimeoutMs)), callTimeoutMs);
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        finish();
      };
      this.#fail = (error) => settle(() => reject(error));
      run((error, answer) => settle(() => (error ? reject(this.#explain(error)) : resolve(answer))));
    });
  }

  #explain(error: Error): LookoutError {
    if (error instanceof LookoutError) return error;
    const { url, user } = this.#options;
    const code = 'code' in error ? String(error.code) : '';
    const network = networkError(code, {
      host: url.hostname,
      port: portOf(url),
      portHint: 'ONVIF is on port 80, 8000, 8080 or 2020 on most devices.',
    });
    if (network) return network;
    if (this.#status === 401 || NOT_AUTHORIZED.test(error.message) || NOT_AUTHORIZED.test(this.#xml.slice(0, 8192)))
      return unauthorized(user !== '');
    if (error.message === 'Network timeout')
      return this.#noAnswer(this.#options.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS);
    const fault = /^ONVIF SOAP Fault: (.*)$/s.exec(error.message)?.[1];
    if (fault !== undefined) return new OnvifFaultError(shownText(fault));
    const where = `${url.host}${url.pathname}`;
    if (code !== '')
      return new LookoutError('camera_refused', `${where} ended the connection (${code})`, {
        hint: 'Check that this is the address of an ONVIF device.',
      });
    const status = this.#status === undefined || this.#status === 200 ? '' : ` (status ${this.#status})`;
    return new LookoutError('source_protocol_error', `What answers at ${where} is not a sound ONVIF device${status}`, {
      hint: 'Check the address and that ONVIF is switched on in the camera; or add the camera by the address of its stream.',
    });
  }

  #noAnswer(afterMs: number): LookoutError {
    return new LookoutError(
      'camera_stalled',
      `${this.#options.url.host} does not finish its answer within ${afterMs / 1000} s`,
      {
        hint: 'Check that this is the address of an ONVIF device, or restart it.',
      },
    );
  }
}

export function isUnauthorized(error: unknown): boolean {
  return error instanceof LookoutError && error.code === 'camera_unauthorized';
}

function unauthorized(hadUser: boolean): LookoutError {
  return hadUser
    ? new LookoutError('camera_unauthorized', 'User or password not accepted', {
        hint: 'Many cameras have users for ONVIF of their own, which are made in their settings under ONVIF or Integration.',
      })
    : new LookoutError('camera_unauthorized', 'The device requires a user and a password', {
        hint: 'Enter those of the camera.',
      });
}

function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80));
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
