import { LookoutError } from '@lookout/protocol';

/** The cells of several strides one after another, each stride row by row, as grid detectors number them. */
export class CellGrid {
  /** Column and row of the cell last sought, among those of its stride. */
  column = 0;
  row = 0;
  /** Its side, pixels of the model's input. */
  stride = 0;
  /** Cells of all strides together. */
  readonly count: number;
  readonly #levels: { start: number; end: number; columns: number; stride: number }[] = [];

  /** @param width,height of the model's input, pixels */
  constructor(width: number, height: number, strides: readonly number[]) {
    let start = 0;
    for (const stride of strides) {
      const columns = Math.ceil(width / stride);
      const end = start + columns * Math.ceil(height / stride);
      this.#levels.push({ start, end, columns, stride });
      start = end;
    }
    this.count = start;
  }

  /** @throws LookoutError `model_unsupported` when there is no such cell. */
  seek(cell: number): void {
    const level = this.#levels.find(({ end }) => cell < end);
    if (!level) {
      throw new LookoutError('model_unsupported', `The model has more cells than the ${this.count} of its format`);
    }
    const within = cell - level.start;
    this.column = within % level.columns;
    this.row = Math.floor(within / level.columns);
    this.stride = level.stride;
  }
}
