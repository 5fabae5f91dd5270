/** An authenticator in software, as the browser of a person would use it: what it signs is real. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { PasskeyAssertion, PasskeyAttestation, PasskeyOptions } from '@lookout/protocol';

/** What may be wrong with an answer. */
export interface Lie {
  origin?: string;
  host?: string;
  challenge?: string;
  type?: string;
  userHandle?: string;
  /** Of the signatures, in place of the one that is due. */
  counter?: number;
  /** Whether the person was asked for a finger or a PIN. */
  isVerified?: boolean;
  format?: string;
}

/** Flags of authenticator data: https://www.w3.org/TR/webauthn-2/#flags */
const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest();
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

/** One passkey: ES256, made by `create`. */
export class SoftAuthenticator {
  readonly #origin: string;
  readonly #host: string;
  readonly #id = randomBytes(32);
  readonly #key: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #userHandle = '';
  #counter = 0;

  /** @param origin of the page @param counts whether it counts its signatures, as security keys do and phones do not */
  constructor(
    origin: string,
    readonly counts = true,
  ) {
    this.#origin = origin;
    this.#host = new URL(origin).hostname;
  }

  create(options: PasskeyOptions, lie: Lie = {}): PasskeyAttestation {
    this.#userHandle = (options.user as { id: string }).id;
    const { x = '', y = '' } = this.#key.publicKey.export({ format: 'jwk' });
    // https://www.rfc-editor.org/rfc/rfc9053#section-7.1: an EC2 key for ES256 on P-256.
    const coseKey = cborMap([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]);
    const length = Buffer.from([0, this.#id.length]);
    const credential = Buffer.concat([Buffer.alloc(16), length, this.#id, coseKey]);
    const authData = Buffer.concat([this.#data(lie, HAS_CREDENTIAL), credential]);
    const statement = lie.format === undefined ? [] : [['x5c', Buffer.from('a certificate')] as const];
    const attestationObject = cborMap([
      ['fmt', lie.format ?? 'none'],
      ['attStmt', new Map(statement)],
      ['authData', authData],
    ]);
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: base64url(this.#clientData('webauthn.create', options, lie)),
        attestationObject: base64url(attestationObject),
      },
    };
  }

  answer(options: PasskeyOptions, lie: Lie = {}): PasskeyAssertion {
    if (this.counts) this.#counter++;
    const clientData = this.#clientData('webauthn.get', options, lie);
    const authData = this.#data(lie);
    const signature = sign('sha256', Buffer.concat([authData, sha256(clientData)]), this.#key.privateKey);
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: base64url(clientData),
        authenticatorData: base64url(authData),
        signature: base64url(signature),
        userHandle: lie.userHandle ?? this.#userHandle,
      },
    };
  }

  #credential() {
    const id = base64url(this.#id);
    return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} };
  }

  #clientData(type: string, options: PasskeyOptions, lie: Lie): Buffer {
    const { challenge } = options;
    const said = { type, challenge, origin: this.#origin, crossOrigin: false };
    const { type: otherType = type, challenge: otherChallenge = challenge, origin = this.#origin } = lie;
    return Buffer.from(JSON.stringify({ ...said, type: otherType, challenge: otherChallenge, origin }));
  }

  #data({ host = this.#host, counter = this.#counter, isVerified = true }: Lie, more = 0): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(host), Buffer.from([PRESENT | (isVerified ? VERIFIED : 0) | more]), count]);
  }
}

type Cbor = number | string | Uint8Array | ReadonlyMap<number | string, Cbor>;

/** https://www.rfc-editor.org/rfc/rfc8949 as far as it is needed here. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  return cborMap([...value]);
}

function cborMap(entries: readonly (readonly [number | string, Cbor])[]): Buffer {
  return Buffer.concat([head(5, entries.length), ...entries.flatMap(([name, value]) => [cbor(name), cbor(value)])]);
}

/** The major type and a length, or a number. */
function head(type: number, value: number): Buffer {
  const first = type << 5;
  if (value < 24) return Buffer.from([first | value]);
  if (value < 256) return Buffer.from([first | 24, value]);
  return Buffer.from([first | 25, value >> 8, value & 0xff]);
}
