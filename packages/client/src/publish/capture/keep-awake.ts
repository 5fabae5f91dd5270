/** `held`: the screen stays on · `released`: not now (hidden, or not requested) · `refused`: usually a low battery · `unsupported` */
export type AwakeState = 'held' | 'released' | 'refused' | 'unsupported';

/** Keeps the screen on while requested: browsers release the lock whenever the page is hidden, so it is requested again. For pages. */
export class KeepAwake {
  #wanted = false;
  #lock: WakeLockSentinel | undefined;
  #asking = false;
  #state: AwakeState;
  readonly #onVisible = () => void this.#ask();

  constructor(private readonly onState: (state: AwakeState) => void) {
    this.#state = 'wakeLock' in navigator ? 'released' : 'unsupported';
    document.addEventListener('visibilitychange', this.#onVisible);
  }

  get state(): AwakeState {
    return this.#state;
  }

  set(wanted: boolean): void {
    this.#wanted = wanted;
    if (wanted) void this.#ask();
    else void this.#lock?.release();
  }

  close(): void {
    this.set(false);
    document.removeEventListener('visibilitychange', this.#onVisible);
  }

  async #ask(): Promise<void> {
    if (!this.#wanted || this.#lock || this.#asking || this.#state === 'unsupported') return;
    if (document.visibilityState !== 'visible') return;
    this.#asking = true;
    try {
      const lock = await navigator.wakeLock.request('screen');
      this.#lock = lock;
      lock.addEventListener('release', () => {
        this.#lock = undefined;
        this.#setState('released');
      });
      this.#setState('held');
      if (!this.#wanted) void lock.release();
    } catch {
      this.#setState('refused');
    } finally {
      this.#asking = false;
    }
  }

  #setState(state: AwakeState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.onState(state);
  }
}
