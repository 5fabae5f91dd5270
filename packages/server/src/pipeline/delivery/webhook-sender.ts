import { LookoutError } from '@lookout/protocol';
import { Webhook as Signer } from 'standardwebhooks';
import type { Agent, request as Request } from 'undici';
import type { KeptWebhook } from '../../platform/storage/index.js';
import type { WebhookAddresses } from './webhook-address.js';

/** A message to a webhook. */
export interface WebhookRequest {
  /** Same for all attempts, so that receivers can drop repeats. */
  id: string;
  /** JSON. */
  body: string;
}

/** `status` is absent if there was no answer. */
export type WebhookOutcome = { ok: true; status: number } | { ok: false; status?: number; reason: string };

/** A receiver that does not answer within this time has failed, ms. */
const ANSWER_TIMEOUT_MS = 10_000;
/** Only the status of an answer is used; a longer body is cut off with its connection, bytes. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Sends signed messages to webhooks, as Standard Webhooks has it (https://www.standardwebhooks.com): headers `webhook-id`,
 * `webhook-timestamp` (seconds) and `webhook-signature` (HMAC-SHA256). Redirects are not followed: they would take the message to
 * somebody the owner has not named.
 */
export class WebhookSender {
  /** Loaded with the first message: most servers have no webhook, and it takes a fifth of a second. */
  #client: Promise<{ agent: Agent; request: typeof Request }> | undefined;
  readonly #addresses: WebhookAddresses;
  readonly #now: () => number;
  readonly #timeoutMs: number;

  /** @param now Unix epoch ms */
  constructor(addresses: WebhookAddresses, now: () => number, timeoutMs = ANSWER_TIMEOUT_MS) {
    this.#addresses = addresses;
    this.#now = now;
    this.#timeoutMs = timeoutMs;
  }

  /** Never throws: why it failed is part of the outcome, without the webhook's secret or path. */
  async send(
    { url, secret }: Pick<KeptWebhook, 'url' | 'secret'>,
    { id, body }: WebhookRequest,
  ): Promise<WebhookOutcome> {
    try {
      // An address needs no lookup, so it is checked here each time: the settings may have changed.
      this.#addresses.check(url);
      const sentAt = new Date(this.#now());
      this.#client ??= this.#load();
      const { agent, request } = await this.#client;
      const answer = await request(url, {
        method: 'POST',
        dispatcher: agent,
        signal: AbortSignal.timeout(this.#timeoutMs),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Lookout',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
          'webhook-signature': new Signer(secret).sign(id, sentAt, body),
        },
        body,
      });
      const { statusCode: status } = answer;
      await answer.body.dump({ limit: MAX_ANSWER_BYTES });
      if (status >= 200 && status < 300) return { ok: true, status };
      const isRedirect = status >= 300 && status < 400;
      return {
        ok: false,
        status,
        reason: isRedirect
          ? `It answered ${status}, a redirect, which webhooks do not follow: use the address it leads to`
          : `It answered ${status}`,
      };
    } catch (error) {
      return { ok: false, reason: describeFailure(error, this.#timeoutMs) };
    }
  }

  async close(): Promise<void> {
    await (await this.#client)?.agent.destroy();
  }

  async #load() {
    const { Agent, request } = await import('undici');
    const connect = { lookup: this.#addresses.lookup, timeout: this.#timeoutMs };
    return { agent: new Agent({ connect, connections: 2, pipelining: 1 }), request };
  }
}

function describeFailure(error: unknown, timeoutMs: number): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof LookoutError) return cause.message;
  }
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT') return `No answer within ${timeoutMs / 1000} s`;
  const known: Record<string, string> = {
    ECONNREFUSED: 'Nothing listens at its address',
    ENOTFOUND: 'Its name is unknown',
    EAI_AGAIN: 'Its name could not be looked up',
    ECONNRESET: 'It closed the connection without an answer',
    UND_ERR_SOCKET: 'It closed the connection without an answer',
    EHOSTUNREACH: 'no route to host',
    ENETUNREACH: 'no route to host',
  };
  const certificate = code?.startsWith('CERT_') || code?.includes('SELF_SIGNED') || code?.startsWith('ERR_TLS');
  return known[code ?? ''] ?? (certificate ? 'Its certificate is not trusted' : 'The request failed');
}
