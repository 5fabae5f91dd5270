/** Where progress is drawn, e.g. `process.stderr`. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR_CELLS = 20;
const REDRAW_MS = 100;

/** One line that fills while something goes on; nothing where nobody sees it. */
export class ProgressBar {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  constructor(terminal: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
  }

  /** @param share how much of the whole is done, 0..1 */
  update(share: number, text: string): void {
    if (!this.#terminal.isTTY) return;
    const now = this.#now();
    if (now - this.#drawnMs < REDRAW_MS && share < 1) return;
    this.#drawnMs = now;
    this.#isDrawn = true;
    const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_CELLS);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
    const line = `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${text}`;
    // A line that wraps could not be drawn over.
    this.#terminal.write(`\r\x1b[K${line.slice(0, (this.#terminal.columns ?? 80) - 1)}`);
  }

  clear(): void {
    if (this.#isDrawn) this.#terminal.write('\r\x1b[K');
    this.#isDrawn = false;
  }
}
