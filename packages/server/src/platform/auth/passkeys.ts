import { randomUUID } from 'node:crypto';
import { LookoutError, type NewPasskey, type PasskeyAssertion, type PasskeyOptions } from '@lookout/protocol';
import type { PasskeyRepository, StoredPasskey, StoredUser, UsedChallenge } from '../storage/index.js';
import { CHALLENGE_LIFETIME_MS, PasskeyChallenges } from './passkey-challenges.js';
import type { PasskeySite } from './passkey-site.js';
import type { PasswordLimits } from './password-limits.js';

export interface PasskeysOptions {
  readonly store: PasskeyRepository;
  /** Seals challenges; the same at all nodes. */
  readonly key: Uint8Array;
  /** Unix epoch ms. */
  readonly now: () => number;
  /** In common with passwords. */
  readonly limits: PasswordLimits;
}

type User = StoredUser['user'];

const SIGN_IN = 'sign in';
const toAdd = ({ id }: User) => `add to ${id}`;
/** What authenticators store as the account's id. */
const handleOf = (userId: string) => new Uint8Array(Buffer.from(userId));

/** Loaded by the first who has to do with a passkey: it takes memory, and most servers have none. */
const webauthn = () => import('@simplewebauthn/server');

/** Passkeys of users: made, listed, removed, and signed in with. They require that the person was verified, by a finger or a PIN. */
export class Passkeys {
  readonly #store: PasskeyRepository;
  readonly #challenges: PasskeyChallenges;
  readonly #limits: PasswordLimits;
  readonly #now: () => number;

  constructor({ store, key, now, limits }: PasskeysOptions) {
    this.#store = store;
    this.#challenges = new PasskeyChallenges(key, now);
    this.#limits = limits;
    this.#now = now;
  }

  /** Oldest first. @throws LookoutError `storage_failed` */
  list(userId: string): Promise<StoredPasskey[]> {
    return this.#store.list(userId);
  }

  /** @param id undefined: all of this user @throws LookoutError `storage_failed` */
  remove(userId: string, id?: string): Promise<void> {
    return this.#store.remove(userId, id);
  }

  /** What a browser needs to sign in. Names nobody: the person chooses among the passkeys that the device has. */
  async signInOptions({ host }: PasskeySite): Promise<PasskeyOptions> {
    const { generateAuthenticationOptions } = await webauthn();
    const options = await generateAuthenticationOptions({
      rpID: host,
      challenge: this.#challenges.make(SIGN_IN),
      userVerification: 'required',
      timeout: CHALLENGE_LIFETIME_MS,
    });
    return { ...options };
  }

  /** What a browser needs to make a passkey for a user. */
  async addOptions(user: User, { host }: PasskeySite): Promise<PasskeyOptions> {
    const { generateRegistrationOptions } = await webauthn();
    const known = await this.#store.list(user.id);
    const options = await generateRegistrationOptions({
      rpName: 'Lookout',
      rpID: host,
      userID: handleOf(user.id),
      userName: user.name,
      userDisplayName: user.display_name,
      challenge: this.#challenges.make(toAdd(user)),
      timeout: CHALLENGE_LIFETIME_MS,
      attestationType: 'none',
      excludeCredentials: known.filter((each) => each.host === host).map(({ credentialId: id }) => ({ id })),
      // Stored on the device, so that nobody types a name to sign in.
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    return { ...options };
  }

  /**
   * Adds the passkey that a browser has made.
   * @param address of the caller, for the limit
   * @throws LookoutError `validation_failed` if it was not made for this user and site just now; `conflict`; `too_many_requests`
   */
  async add(user: User, { name, response }: NewPasskey, site: PasskeySite, address: string): Promise<StoredPasskey> {
    await this.#limits.count(user.id, address);
    const { credential, challenge } = await this.#verifyMade(user, response, site);
    const made: StoredPasskey = {
      id: randomUUID(),
      userId: user.id,
      name,
      host: site.host,
      credentialId: credential.id,
      publicKey: credential.publicKey,
      counter: credential.counter,
      createdAt: this.#now(),
    };
    await this.#store.insert(made, challenge, this.#now());
    return made;
  }

  async #verifyMade(user: User, response: NewPasskey['response'], { host, origins }: PasskeySite) {
    const { verifyRegistrationResponse } = await webauthn();
    let challenge: UsedChallenge | undefined;
    try {
      await checkStatement(response.response.attestationObject);
      const { registrationInfo } = await verifyRegistrationResponse({
        response,
        expectedChallenge: (text) => {
          challenge = this.#challenges.read(text, toAdd(user));
          return challenge !== undefined;
        },
        expectedOrigin: origins,
        expectedRPID: host,
      });
      if (challenge && registrationInfo) return { credential: registrationInfo.credential, challenge };
      throw new Error('not verified');
    } catch (cause) {
      throw new LookoutError('validation_failed', 'This is not a passkey made for you here within five minutes', {
        hint: 'Add it again.',
        cause,
      });
    }
  }

  /**
   * Whose passkey has answered.
   * @returns the id of the user @throws LookoutError `unauthorized`, the same whatever is wrong; `too_many_requests`
   */
  async verify(given: PasskeyAssertion, site: PasskeySite, address: string): Promise<string> {
    const passkey = await this.#store.byCredential(given.id);
    await this.#limits.count(passkey?.userId ?? '', address);
    if (!passkey) throw passkeyRefused();
    const { counter, challenge } = await this.#verifyAnswer(passkey, given, site);
    if (!(await this.#store.use(passkey.id, counter, challenge, this.#now()))) throw passkeyRefused();
    return passkey.userId;
  }

  async #verifyAnswer(passkey: StoredPasskey, response: PasskeyAssertion, { host, origins }: PasskeySite) {
    const { verifyAuthenticationResponse } = await webauthn();
    let challenge: UsedChallenge | undefined;
    try {
      if (Buffer.from(response.response.userHandle, 'base64url').toString() !== passkey.userId)
        throw new Error('not of this user');
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge: (text) => {
          challenge = this.#challenges.read(text, SIGN_IN);
          return challenge !== undefined;
        },
        expectedOrigin: origins,
        expectedRPID: host,
        credential: {
          id: passkey.credentialId,
          publicKey: new Uint8Array(passkey.publicKey),
          counter: passkey.counter,
        },
      });
      if (verified && challenge) return { counter: authenticationInfo.newCounter, challenge };
      throw new Error('not verified');
    } catch (cause) {
      throw passkeyRefused(cause);
    }
  }
}

/** @param cause what was wrong, which the caller is not told */
export function passkeyRefused(cause?: unknown): LookoutError {
  return new LookoutError('unauthorized', 'This passkey does not open an account here', {
    hint: 'Try again, or sign in another way.',
    cause,
  });
}

/**
 * Refuses certificates about the authenticator, which were not asked for: to check them would mean to call addresses that they name.
 * @throws Error
 */
async function checkStatement(attestationObject: string): Promise<void> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
  const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
  const format = decoded.get('fmt');
  const isOwn = format === 'packed' && decoded.get('attStmt').get('x5c') === undefined;
  if (format !== 'none' && !isOwn) throw new Error(`attestation of the format ${format}`);
}
