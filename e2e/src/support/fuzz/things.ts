import type {
  ApiKey,
  Camera,
  CreatedApiKey,
  CreatedRules,
  CreatedSession,
  CreatedWebhook,
  EventsPage,
  Model,
  NewRule,
  StoredRule,
  Webhook,
} from '@lookout/protocol';
import type { LookoutProcess } from '../lookout-process.js';
import { until } from '../until.js';
import type { RawRequest } from './arbitraries.js';
import type { Answer } from './exchange.js';

const KEY_NAME = 'of the run';

/** Fires all the time. */
const RULE: NewRule = {
  rule: {
    cameras: 'all',
    trigger: { behavior: 'appear', subject: { classes: ['*'] } },
    severity: 'info',
    cooldown_s: 0,
  },
};

/** What requests refer to by name: a camera to watch, one with video, one to publish to, a session, a key, a rule, an event, a webhook, a model. */
export class Things {
  readonly #names = new Map<string, string>();
  /** Keys and links of the run, which no log may contain. */
  readonly secrets = new Set<string>();
  #restored: Promise<void> = Promise.resolve();

  /** @param hookUrl where webhooks may be sent to */
  constructor(
    readonly lookout: LookoutProcess,
    readonly hookUrl: string,
  ) {}

  /** Creates whatever does not exist, or no longer exists. */
  restore(): Promise<void> {
    this.#restored = this.#restored.then(() => this.#make());
    return this.#restored;
  }

  /** A path or body with the names in place of their placeholders. */
  fill(text: string): string {
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => this.#names.get(name) ?? whole);
  }

  /** Removes what a request created, and restores what it removed. */
  async settle({ operation: { path, method } }: RawRequest, answer: Answer): Promise<void> {
    if (answer.status >= 300) return;
    if (answer.status === 201) {
      const made = JSON.parse(String(answer.body)) as Partial<CreatedApiKey & CreatedSession>;
      if (made.key !== undefined) this.secrets.add(made.key);
      const ids = path === '/api/rules' ? ruleIds(answer) : [made.id ?? made.client_id];
      await Promise.all(ids.map((each) => this.lookout.fetch(`${path}/${each}`, { method: 'DELETE' })));
    }
    if (method === 'DELETE' || path.endsWith('/tokens')) await this.restore();
  }

  async #make(): Promise<void> {
    const { lookout } = this;
    const cameras = await lookout.json<Camera[]>('/api/cameras');
    const phone =
      cameras.find(({ id }) => id === 'phone') ??
      (await lookout.send<Camera>('POST', '/api/cameras', { id: 'phone', kind: 'push' }));
    const pulled = cameras.filter(({ kind }) => kind === 'pull');
    const isFile = ({ url }: Camera) => url?.startsWith('file:') === true;
    this.#know({ phone: 'phone', video: pulled.find(isFile)?.id, source: pulled.find((each) => !isFile(each))?.id });
    this.#know({ view_token: phone.view_token, publish_token: phone.publish_token }, true);
    const session = this.#names.get('session');
    if (!session || !(await lookout.fetch(`/stream/sessions/${session}/stats`)).ok) {
      this.#know({ session: (await lookout.send<CreatedSession>('POST', '/stream/sessions', {})).client_id });
    }
    const keys = await lookout.json<ApiKey[]>('/api/keys');
    if (!keys.some(({ name }) => name === KEY_NAME)) {
      const made = await lookout.send<CreatedApiKey>('POST', '/api/keys', { name: KEY_NAME, scope: 'viewer' });
      this.#know({ key: made.id });
      this.#know({ signs_in: made.key }, true);
    }
    await this.#makeRule();
    const hooks = await lookout.json<Webhook[]>('/api/webhooks');
    if (!hooks.some(({ id }) => id === this.#names.get('webhook'))) {
      const made = await lookout.send<CreatedWebhook>('POST', '/api/webhooks', { url: this.hookUrl });
      this.#know({ webhook: made.id });
      this.secrets.add(made.secret);
    }
    this.#know({ model: (await lookout.json<Model[]>('/api/models'))[0]?.name });
  }

  /** A rule, and an event: at first one of the rule's, later any that is left. */
  async #makeRule(): Promise<void> {
    const { lookout } = this;
    const rules = await lookout.json<StoredRule[]>('/api/rules');
    if (!rules.some(({ id }) => id === this.#names.get('rule'))) {
      this.#know({ rule: (await lookout.send<CreatedRules>('POST', '/api/rules', RULE)).rules[0]?.id });
    }
    const newest = async () => (await lookout.json<EventsPage>('/api/events?limit=1')).events[0]?.id;
    if (!this.#names.has('event')) await until('an event', async () => (await newest()) !== undefined);
    this.#know({ event: await newest() });
  }

  #know(names: Readonly<Record<string, string | undefined>>, isSecret = false): void {
    for (const [name, value] of Object.entries(names)) {
      if (value === undefined) continue;
      this.#names.set(name, value);
      if (isSecret) this.secrets.add(value);
    }
  }
}

function ruleIds({ body }: Answer): string[] {
  return (JSON.parse(String(body)) as CreatedRules).rules.map(({ id }) => id);
}
