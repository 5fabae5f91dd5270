import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isForbidden, reachOf } from '@lookout/media';
import type { SecondLookProblem, SecondLookState } from '@lookout/protocol';
import type { PageSettings } from '../../platform/settings/page-settings.js';

type Resolve = (host: string, done: (error: Error | null, addresses: LookupAddress[]) => void) => void;

export interface VlmHostOptions {
  readonly settings: Pick<PageSettings, 'get'>;
  /** Default: the system's resolver. */
  readonly resolve?: Resolve;
}

/** The current setup of the model. */
export interface VlmSetup {
  readonly baseUrl: string;
  /** Name and port, for display. */
  readonly host: string;
  readonly model: string;
  readonly apiKey: string | undefined;
}

/**
 * The host of the vision-language model, and whether images may be sent there: always on this machine and in the home network, elsewhere
 * only once an admin has allowed this very host. Checked before each question and again for each connection, which uses exactly the
 * addresses that were checked: a name may resolve differently later.
 */
export class VlmHost {
  readonly #settings: VlmHostOptions['settings'];
  readonly #resolve: Resolve;
  /** Undefined: not looked up yet. */
  #reach: SecondLookState['reach'] | undefined;

  constructor({ settings, resolve = resolveBySystem }: VlmHostOptions) {
    this.#settings = settings;
    this.#resolve = resolve;
  }

  /** Undefined: no model is set up. */
  get setup(): VlmSetup | undefined {
    const baseUrl = this.#settings.get('vlm.base_url');
    if (baseUrl === undefined) return undefined;
    const [model, apiKey] = [this.#settings.get('vlm.model'), this.#settings.get('vlm.api_key')];
    return { baseUrl, host: new URL(baseUrl).host, model, apiKey };
  }

  /** Resolves the host. @returns why images can't be sent there; undefined if they can */
  async check(): Promise<SecondLookProblem | undefined> {
    const { setup } = this;
    if (!setup) return 'not_set_up';
    const hostname = bare(new URL(setup.baseUrl).hostname);
    const addresses = await new Promise<LookupAddress[]>((done) =>
      isIP(hostname) === 0
        ? this.#resolve(hostname, (_error, found) => done(found))
        : done([{ address: hostname, family: isIP(hostname) }]),
    );
    // The setting has changed in the meantime.
    if (this.setup?.baseUrl !== setup.baseUrl) return this.check();
    const usable = addresses.filter(({ address }) => !isForbidden(address));
    this.#reach = usable.length === 0 ? 'unknown' : usable.every(isLocal) ? 'local' : 'outside';
    return this.problem;
  }

  /** By the addresses that `check` last found. */
  get problem(): SecondLookProblem | undefined {
    if (!this.setup) return 'not_set_up';
    if (this.#reach === 'unknown') return 'not_found';
    return this.#reach === 'outside' && !this.#consent ? 'not_allowed' : undefined;
  }

  async state(): Promise<SecondLookState> {
    const problem = await this.check();
    const { setup } = this;
    const consent = this.#consent;
    return {
      host: setup?.host ?? null,
      model: this.#settings.get('vlm.model'),
      reach: (setup && this.#reach) ?? 'unknown',
      consent: consent ? { by: consent.by, at: consent.at } : null,
      ...(problem && { problem }),
    };
  }

  /** For the `lookup` of connections. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.#resolve(hostname, (error, addresses) => {
      if (error) return callback(error, []);
      const allowed = addresses.filter((one) => !isForbidden(one.address) && (this.#consent || isLocal(one)));
      const [first] = allowed;
      if (!first) callback(new Error(`pictures may not be sent to ${hostname}`), []);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };

  /** Consent for the current host. */
  get #consent() {
    const consent = this.#settings.get('vlm.consent');
    return consent?.host === this.setup?.host ? consent : undefined;
  }
}

function isLocal({ address }: LookupAddress): boolean {
  return reachOf(address) !== 'public';
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

const resolveBySystem: Resolve = (host, done) => systemLookup(host, { all: true }, done);
