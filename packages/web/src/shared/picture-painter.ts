/** Puts JPEGs on a canvas at their own size (CSS scales it), decoded off the main thread, one per refresh of the screen, the newest. */
export class PicturePainter {
  readonly #context: CanvasRenderingContext2D;
  #waiting: { bitmap: ImageBitmap; finish: () => void } | undefined;
  #request = 0;
  #order = 0;
  #newest = 0;
  #disposed = false;

  constructor(private readonly canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('This browser gives no 2D canvas');
    this.#context = context;
  }

  /** @returns when it was drawn, or when a newer one took its place. @throws DOMException when the JPEG is broken */
  async paint(jpeg: Uint8Array<ArrayBuffer>): Promise<void> {
    const order = ++this.#order;
    const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
    if (this.#disposed || order < this.#newest) {
      bitmap.close();
      return;
    }
    this.#newest = order;
    this.#discard();
    await new Promise<void>((finish) => {
      this.#waiting = { bitmap, finish };
      if (this.#request === 0) this.#request = requestAnimationFrame(() => this.#draw());
    });
  }

  /** Keeps the picture, lets everything else go. */
  dispose(): void {
    this.#disposed = true;
    cancelAnimationFrame(this.#request);
    this.#discard();
  }

  #draw(): void {
    this.#request = 0;
    const waiting = this.#waiting;
    if (!waiting) return;
    this.#waiting = undefined;
    const { bitmap, finish } = waiting;
    const { canvas } = this;
    // Setting a canvas's size clears it, so only where it changes: a switch of quality must show no gap.
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
    }
    this.#context.drawImage(bitmap, 0, 0);
    bitmap.close();
    finish();
  }

  #discard(): void {
    this.#waiting?.bitmap.close();
    this.#waiting?.finish();
    this.#waiting = undefined;
  }
}
