import { LookoutClient, RequestError } from '@lookout/client';
import { type DetectionHealth, LookoutError } from '@lookout/protocol';

/** Why a server can't be tested. */
export type Obstacle = 'unreachable' | 'not_lookout' | 'refused' | 'not_ready';

export class CantTry extends Error {
  constructor(
    readonly obstacle: Obstacle,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'CantTry';
  }
}

export interface Identity {
  /** The server's version; undefined if the key's scope does not allow it. */
  version: string | undefined;
  health: DetectionHealth;
}

/** Identifies the server. @throws CantTry if nothing answers, it is not Lookout, or it refuses the key */
export async function identify(url: string, key: string | undefined, signal: AbortSignal): Promise<Identity> {
  const client = new LookoutClient({ baseUrl: url, apiKey: key });
  const version = await versionOf(client, url, signal);
  try {
    return { version, health: await client.detection.health({ signal }) };
  } catch (error) {
    throw obstacleOf(error, url, signal);
  }
}

async function versionOf(client: LookoutClient, url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { name, version } = await client.system.version({ signal });
    if (name === 'lookout') return version;
  } catch (error) {
    // A key of scope `detect` may not read this.
    if (error instanceof RequestError && error.httpStatus === 403 && isOurs(error)) return undefined;
    throw obstacleOf(error, url, signal);
  }
  throw new CantTry('not_lookout', `${url} is a server, but not Lookout`);
}

function obstacleOf(error: unknown, url: string, signal: AbortSignal): unknown {
  if (signal.aborted || !(error instanceof LookoutError)) return error;
  if (!(error instanceof RequestError)) {
    if (error.code !== 'unavailable') return new CantTry('not_lookout', `${url} is a server, but not Lookout`);
    return new CantTry('unreachable', `${url} can't be reached: ${causeOf(error)}`, hintFor(error));
  }
  if (!isOurs(error))
    return new CantTry('not_lookout', `${url} is a server, but not Lookout: it answered ${error.httpStatus}`);
  if (error.httpStatus === 401) {
    return new CantTry('refused', `${url} asks for a key: ${error.message}`, 'Give one by LOOKOUT_KEY or --key.');
  }
  if (error.httpStatus === 403 || error.httpStatus === 429) {
    return new CantTry('refused', `${url} refuses: ${error.message}`, error.hint);
  }
  return new CantTry('not_ready', `${url} can't detect now: ${error.message}`, error.hint);
}

/** Every refusal of Lookout's is a problem document of its own kind. */
function isOurs({ problem }: RequestError): boolean {
  return problem?.type?.startsWith('urn:lookout:') ?? false;
}

function causeOf(error: Error): string {
  const { code, message } = deepest(error) as { code?: string; message: string };
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'nobody listens there',
    ENOTFOUND: 'there is no such host',
    EAI_AGAIN: 'the host’s address can’t be found out',
    ETIMEDOUT: 'it does not answer',
    UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
    EHOSTUNREACH: 'no route to host',
    ENETUNREACH: 'no route to host',
  };
  return reasons[code ?? ''] ?? message;
}

function hintFor(error: Error): string | undefined {
  const { code = '' } = deepest(error) as { code?: string };
  return /CERT|SELF_SIGNED|ISSUER/.test(code)
    ? 'Its certificate is not trusted here: set NODE_EXTRA_CA_CERTS to the file data/tls/ca.crt of the server.'
    : undefined;
}

function deepest(error: Error): Error {
  let found = error;
  // If several addresses were tried, each has its own error.
  for (let next: unknown = error; next instanceof Error; next = next.cause) {
    found = next instanceof AggregateError && next.errors[0] instanceof Error ? next.errors[0] : next;
  }
  return found;
}
