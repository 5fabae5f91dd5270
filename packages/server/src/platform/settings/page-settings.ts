import { isDeepStrictEqual } from 'node:util';
import {
  EventAge,
  LookoutError,
  PictureSpace,
  type Setting,
  type SettingsPatch,
  Timezone,
  VlmApiKey,
  VlmModel,
  VlmUrl,
} from '@lookout/protocol';
import { z } from 'zod';
import type { Settings } from '../config/settings.js';
import type { SettingRepository } from '../storage/index.js';
import { listSettings, shown } from './list-settings.js';
import { whereSet } from './where-set.js';

/** Who has allowed sending pictures to a host outside the home network, and when. */
const VlmConsent = z.strictObject({ host: z.string().max(300), by: z.string().max(200).nullable(), at: z.number() });
export type VlmConsent = z.infer<typeof VlmConsent>;

/** The settings that can be changed while the server runs, with what they accept. */
const SCHEMAS = {
  timezone: Timezone,
  'events.max_age_days': EventAge,
  'events.max_bytes': PictureSpace,
  'updates.daily': z.boolean(),
  'vlm.base_url': VlmUrl.optional(),
  'vlm.model': VlmModel,
  'vlm.api_key': VlmApiKey.optional(),
  'vlm.consent': VlmConsent.optional(),
} as const satisfies Record<string, z.ZodType>;

type Values = { [Key in keyof typeof SCHEMAS]: z.infer<(typeof SCHEMAS)[Key]> };
export type PageSetting = keyof Values;

/** Settings that can be changed. Consent has a route of its own, which records who gives it. */
export type SettingsChange = SettingsPatch & { readonly vlm?: { readonly consent?: VlmConsent | null } };

export interface PageSettingsOptions {
  readonly store: SettingRepository;
  /** As they were given at the start. */
  readonly given: Settings;
  /** A stored value is no longer valid and is not used. */
  onInvalid(key: string): void;
}

/**
 * The settings of which some can be changed while the server runs. What a flag, a variable or the file sets, stays as it is there:
 * otherwise a restart would bring back another value than the page shows. Changes are stored first, then told.
 */
export class PageSettings {
  readonly #options: PageSettingsOptions;
  readonly #changed: Partial<Values>;
  readonly #listeners = new Set<() => unknown>();

  private constructor(options: PageSettingsOptions, changed: Partial<Values>) {
    this.#options = options;
    this.#changed = changed;
  }

  static async open(options: PageSettingsOptions): Promise<PageSettings> {
    return new PageSettings(options, await stored(options));
  }

  /** Takes over what is stored now, by whichever node. @throws LookoutError `storage_failed` */
  async reload(): Promise<void> {
    const changed = await stored(this.#options);
    if (isDeepStrictEqual(changed, this.#changed)) return;
    for (const key of Object.keys(SCHEMAS) as PageSetting[]) delete this.#changed[key];
    Object.assign(this.#changed, changed);
    for (const listener of this.#listeners) await listener();
  }

  get<Key extends PageSetting>(key: Key): Values[Key] {
    if (this.#isFixed(key)) return this.#given(key);
    return this.#changed[key] ?? this.#given(key);
  }

  /** The current values under their own names, for those that read them whenever they need them. */
  readonly live: Pick<Settings, 'timezone' | 'events'> = liveView(this);

  /** All settings as they were given at the start. */
  get given(): Settings {
    return this.#options.given;
  }

  /** Every setting, with where its value comes from. */
  list(): Setting[] {
    return listSettings(this.#options.given).map((setting) => {
      const { key } = setting;
      const origin = this.#options.given.origins[key];
      if (!isPageSetting(key)) return { ...setting, origin: origin ?? { from: 'default' }, changeable: false };
      if (origin) return { ...setting, origin, changeable: false };
      const from = this.#changed[key] === undefined ? 'default' : 'page';
      return { ...setting, value: shown(key, this.get(key)), origin: { from }, changeable: true };
    });
  }

  /**
   * Changes settings, all of them or none.
   * @throws LookoutError `conflict` for one that is set elsewhere; `storage_failed`
   */
  async change(patch: SettingsChange): Promise<void> {
    const changes = flatten(patch);
    for (const [key] of changes) this.#refuseFixed(key);
    await this.#options.store.change(
      Object.fromEntries(changes.map(([key, value]) => [key, value === null ? null : JSON.stringify(value)])),
    );
    for (const [key, value] of changes) {
      if (value === null) delete this.#changed[key];
      else Object.assign(this.#changed, { [key]: value });
    }
    for (const listener of this.#listeners) await listener();
  }

  /** @param listener called after changes; its promise is waited for before the change is answered */
  onChange(listener: () => unknown): void {
    this.#listeners.add(listener);
  }

  #given<Key extends PageSetting>(key: Key): Values[Key] {
    const { timezone, events, updates, vlm } = this.#options.given;
    const values: Values = {
      timezone,
      'events.max_age_days': events.max_age_days,
      'events.max_bytes': events.max_bytes,
      'updates.daily': updates.daily,
      'vlm.base_url': vlm.base_url,
      'vlm.model': vlm.model,
      'vlm.api_key': vlm.api_key,
      'vlm.consent': undefined,
    };
    return values[key];
  }

  #isFixed(key: PageSetting): boolean {
    return this.#options.given.origins[key] !== undefined;
  }

  #refuseFixed(key: PageSetting): void {
    const origin = this.#options.given.origins[key];
    if (!origin) return;
    throw new LookoutError('conflict', `${key} is set by ${whereSet(origin)}`, {
      hint: 'Change it there and restart the server, or remove it there to change it here.',
    });
  }
}

async function stored(options: PageSettingsOptions): Promise<Partial<Values>> {
  const changed: Partial<Record<PageSetting, unknown>> = {};
  for (const [key, text] of Object.entries(await options.store.all())) {
    if (!isPageSetting(key)) continue;
    const { success, data } = SCHEMAS[key].safeParse(parse(text));
    if (success) changed[key] = data;
    else options.onInvalid(key);
  }
  return changed as Partial<Values>;
}

/** What a patch changes, by the keys of the settings: `{ events: { max_bytes: 1 } }` changes `events.max_bytes`. */
function flatten(patch: object, prefix = ''): [PageSetting, unknown][] {
  return Object.entries(patch).flatMap(([name, value]): [PageSetting, unknown][] => {
    const key = prefix + name;
    if (isPageSetting(key)) return value === undefined ? [] : [[key, value]];
    return flatten(value ?? {}, `${key}.`);
  });
}

function liveView(settings: PageSettings): Pick<Settings, 'timezone' | 'events'> {
  const events = {
    get max_age_days() {
      return settings.get('events.max_age_days');
    },
    get max_bytes() {
      return settings.get('events.max_bytes');
    },
  };
  return {
    events,
    get timezone() {
      return settings.get('timezone');
    },
  };
}

function isPageSetting(key: string): key is PageSetting {
  return Object.hasOwn(SCHEMAS, key);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not valid for any setting, which is reported.
    return undefined;
  }
}
