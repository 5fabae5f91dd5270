import { LookoutError } from '@lookout/protocol';
import { hash as argon2, verify } from '@node-rs/argon2';

/** argon2id with 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Hash of random bytes that nobody kept: checked in place of a password where there is none, which takes as long. */
const DECOY = '$argon2id$v=19$m=19456,t=2,p=1$ZqIgduVX0vEPsOTMFhqTOg$HiZXzx1+0dIRdwIOQeG950VPw5GWfLmGhlidp2Qt+OA';
/** Hashed at a time. They run on threads that files and names of hosts need too. */
const MAX_RUNNING = 2;
/** May wait for that. */
const MAX_WAITING = 32;

/** Hashes passwords and checks them, a few at a time. */
export class Passwords {
  readonly #waiting: Array<() => void> = [];
  #running = 0;

  /** @throws LookoutError `unavailable` if too many are waiting */
  hash(password: string): Promise<string> {
    return this.#take(() => argon2(password, COST));
  }

  /**
   * Whether this is the password; takes as long if there is none.
   * @throws LookoutError `unavailable` if too many are waiting
   */
  async matches(hash: string | undefined, password: string): Promise<boolean> {
    const isRight = await this.#take(() => verify(hash ?? DECOY, password));
    return hash !== undefined && isRight;
  }

  async #take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_RUNNING) {
      if (this.#waiting.length >= MAX_WAITING) {
        throw new LookoutError('unavailable', 'Too many people are signing in at the moment', {
          hint: 'Try again in a few seconds.',
          retryAfterS: 5,
        });
      }
      // Whoever is done hands over its place.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
