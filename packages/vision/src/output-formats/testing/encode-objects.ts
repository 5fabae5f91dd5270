import type { OutputTensor } from '../output-format.js';

/** Encodes objects as a model of each format would return them: the inverse of `decode`. */

/** An object in input pixels. */
export interface Placed {
  box: [x1: number, y1: number, x2: number, y2: number];
  score: number;
  classId: number;
}

/** Input size, pixels. */
export const WIDTH = 160;
export const HEIGHT = 128;
export const CLASSES = 5;

function tensor(name: string, dims: number[], data: OutputTensor['data']): OutputTensor {
  return { name, dims, data };
}

/** The finest level whose bins reach all sides from the cell's centre. */
export function distanceBins(objects: readonly Placed[], strides: readonly number[], bins: number): OutputTensor[] {
  const levels = strides.map((stride) => {
    const columns = Math.ceil(WIDTH / stride);
    const rows = Math.ceil(HEIGHT / stride);
    const cells = columns * rows;
    return {
      stride,
      columns,
      scores: new Float32Array(cells * CLASSES),
      bins: new Float32Array(cells * 4 * bins).fill(-50),
    };
  });
  for (const { box, score, classId } of objects) {
    const level = levels.find(
      ({ stride }) => (Math.max(box[2] - box[0], box[3] - box[1]) / 2 + stride) / stride < bins - 1,
    )!;
    const { stride, columns } = level;
    const column = Math.floor((box[0] + box[2]) / 2 / stride);
    const row = Math.floor((box[1] + box[3]) / 2 / stride);
    const cell = row * columns + column;
    level.scores[cell * CLASSES + classId] = score;
    const [x, y] = [(column + 0.5) * stride, (row + 0.5) * stride];
    [x - box[0], y - box[1], box[2] - x, box[3] - y].forEach((distance, side) => {
      const bin = Math.floor(distance / stride);
      const rest = distance / stride - bin;
      const at = (cell * 4 + side) * bins + bin;
      level.bins[at] = Math.log(1 - rest);
      level.bins[at + 1] = rest === 0 ? -50 : Math.log(rest);
    });
  }
  return [
    ...levels.map(({ stride, scores }) => tensor(`scores_${stride}`, [1, scores.length / CLASSES, CLASSES], scores)),
    ...levels.map((level) => {
      const dims = [1, level.bins.length / (4 * bins), 4 * bins];
      return tensor(`distances_${level.stride}`, dims, level.bins);
    }),
  ];
}

/** NanoDet's raw heads as `pickCells` returns them: 1×channels×cells, only the cells above the threshold. */
export function pickedHeads(objects: readonly Placed[], strides: readonly number[], bins: number): OutputTensor[] {
  const tables = distanceBins(objects, strides, bins);
  const columns: number[][] = [];
  const cells: number[] = [];
  let start = 0;
  for (const [level, stride] of strides.entries()) {
    const scores = tables[level]!.data as Float32Array;
    const distances = tables[strides.length + level]!.data as Float32Array;
    const count = (WIDTH / stride) * (HEIGHT / stride);
    for (let cell = 0; cell < count; cell++) {
      const mine = [...scores.subarray(cell * CLASSES, (cell + 1) * CLASSES)];
      if (Math.max(...mine) < 0.2) continue;
      const logits = mine.map((score) => Math.log(score / (1 - score)));
      columns.push([...logits, ...distances.subarray(cell * 4 * bins, (cell + 1) * 4 * bins)]);
      cells.push(start + cell);
    }
    start += count;
  }
  const channels = CLASSES + 4 * bins;
  const data = Float32Array.from({ length: channels * cells.length }, (_, i) => {
    return columns[i % cells.length]![Math.floor(i / cells.length)]!;
  });
  return [{ ...tensor('values', [1, channels, cells.length], data), cells: Int32Array.from(cells) }];
}

export function encodeYolox(objects: readonly Placed[]): OutputTensor[] {
  const columns = 5 + CLASSES;
  const cellsOf = (stride: number) => (WIDTH / stride) * (HEIGHT / stride);
  const rows = cellsOf(8) + cellsOf(16) + cellsOf(32);
  const data = new Float32Array(rows * columns);
  objects.forEach(({ box, score, classId }, i) => {
    const stride = [8, 16, 32][i % 3]!;
    const across = WIDTH / stride;
    const [x, y] = [(box[0] + box[2]) / 2 / stride, (box[1] + box[3]) / 2 / stride];
    const cell = Math.floor(y) * across + Math.floor(x);
    const row = cell + (stride > 8 ? cellsOf(8) : 0) + (stride > 16 ? cellsOf(16) : 0);
    const size = [Math.log((box[2] - box[0]) / stride), Math.log((box[3] - box[1]) / stride)];
    data.set([x - Math.floor(x), y - Math.floor(y), ...size, 0.95], row * columns);
    data[row * columns + 5 + classId] = score / 0.95;
  });
  return [tensor('output', [1, rows, columns], data)];
}

export function pickedYolox(objects: readonly Placed[]): OutputTensor[] {
  const [{ dims, data }] = encodeYolox(objects) as [OutputTensor];
  const [, rows, columns] = dims as [number, number, number];
  const cells = Int32Array.from({ length: rows }, (_, row) => row).filter(
    (row) => Number(data[row * columns + 4]) >= 0.2,
  );
  const values = [...cells].flatMap((row) => [...(data as Float32Array).subarray(row * columns, (row + 1) * columns)]);
  return [{ ...tensor('values', [1, cells.length, columns], Float32Array.from(values)), cells }];
}

export function encodeObjectness(
  objects: readonly Placed[],
  rows: number,
  masks: number,
  objectness = 0.95,
): OutputTensor[] {
  const columns = 5 + CLASSES + masks;
  const data = new Float32Array(rows * columns);
  if (objectness === 1) for (let at = 4; at < data.length; at += columns) data[at] = 1;
  objects.forEach(({ box, score, classId }, i) => {
    const at = (i * 130 + 7) * columns;
    data.set([...centerAndSize(box), objectness], at);
    data[at + 5 + classId] = score / objectness;
    data.fill(9, at + 5 + CLASSES, at + columns);
  });
  return [tensor('output0', [1, rows, columns], data)];
}

export function encodeYolov8(objects: readonly Placed[], masks: number, turned: boolean): OutputTensor[] {
  const properties = 4 + CLASSES + masks;
  const boxes = 420;
  const data = new Float32Array(properties * boxes);
  objects.forEach(({ box, score, classId }, i) => {
    const column: number[] = Array.from({ length: properties }, (_, property) => (property >= 4 + CLASSES ? 9 : 0));
    column.splice(0, 4, ...centerAndSize(box));
    column[4 + classId] = score;
    // A second class with a lower score for the same box: the best one counts.
    column[4 + ((classId + 1) % CLASSES)] = 0;
    column.forEach((value, property) => {
      data[turned ? (i * 100 + 3) * properties + property : property * boxes + i * 100 + 3] = value;
    });
  });
  return [tensor('output0', turned ? [1, boxes, properties] : [1, properties, boxes], data)];
}

export function encodeEndToEnd(objects: readonly Placed[]): OutputTensor[] {
  const data = new Float32Array(300 * 6);
  objects.forEach(({ box, score, classId }, i) => {
    data.set([...box, score, classId], i * 6);
  });
  return [tensor('output0', [1, 300, 6], data)];
}

export function encodeDetr(objects: readonly Placed[], batch: number[]): OutputTensor[] {
  const queries = 50;
  const labels = new BigInt64Array(queries);
  const boxes = new Float32Array(queries * 4);
  const scores = new Float32Array(queries);
  objects.forEach(({ box, score, classId }, i) => {
    labels[i] = BigInt(classId);
    boxes.set(box, i * 4);
    scores[i] = score;
  });
  return [
    tensor('labels', [...batch, queries], labels),
    tensor('boxes', [...batch, queries, 4], boxes),
    tensor('scores', [...batch, queries], scores),
  ];
}

export function encodeUltralyticsDetr(objects: readonly Placed[]): OutputTensor[] {
  const columns = 4 + CLASSES;
  const data = new Float32Array(300 * columns);
  objects.forEach(({ box, score, classId }, i) => {
    const [x, y, width, height] = centerAndSize(box);
    data.set([x / WIDTH, y / HEIGHT, width / WIDTH, height / HEIGHT], i * columns);
    data[i * columns + 4 + classId] = score;
  });
  return [tensor('output0', [1, 300, columns], data)];
}

export function encodeQueries(
  objects: readonly Placed[],
  [labels, boxes]: readonly [labels: string, boxes: string],
  slots: number,
): OutputTensor[] {
  const queries = 50;
  const logits = new Float32Array(queries * slots).fill(-9);
  const places = new Float32Array(queries * 4);
  objects.forEach(({ box, score, classId }, i) => {
    logits[i * slots + classId] = Math.log(score / (1 - score));
    places.set(relative(box), i * 4);
  });
  return [tensor(labels, [1, queries, slots], logits), tensor(boxes, [1, queries, 4], places)];
}

/** What a class's score leaves of 1 goes to the last slot ("no object"); the other classes get almost nothing. */
export function encodeSoftmaxDetr(objects: readonly Placed[]): OutputTensor[] {
  const [logits, boxes] = encodeQueries([], ['logits', 'pred_boxes'], CLASSES + 1) as [OutputTensor, OutputTensor];
  const slots = CLASSES + 1;
  for (let query = 0; query < 50; query++) (logits.data as Float32Array)[query * slots + CLASSES] = 9;
  objects.forEach(({ box, score, classId }, i) => {
    (logits.data as Float32Array).fill(-30, i * slots, (i + 1) * slots);
    (logits.data as Float32Array)[i * slots + classId] = Math.log(score);
    (logits.data as Float32Array)[i * slots + CLASSES] = Math.log(1 - score);
    (boxes.data as Float32Array).set(relative(box), i * 4);
  });
  return [logits, boxes];
}

/** A list with one row per object, and, unless there are none, two more rows of other pictures in the batch. */
export function rows(name: string, objects: readonly Placed[], row: (object: Placed) => number[]): OutputTensor[] {
  const others = [1, 2].map((image) => [image, ...row({ box: [1, 1, 20, 20], score: 0.99, classId: 1 }).slice(1)]);
  const all = objects.length === 0 ? [] : [...objects.map(row), ...others];
  return [tensor(name, [all.length, 7], Float32Array.from(all.flat()))];
}

/** Rows beyond the count hold stale values. */
export function counted(objects: readonly Placed[], names: readonly string[]): OutputTensor[] {
  const most = 20;
  const boxes = new Float32Array(most * 4).fill(7);
  const scores = new Float32Array(most).fill(0.8);
  const classes = new Int32Array(most);
  objects.forEach(({ box, score, classId }, i) => {
    boxes.set(box, i * 4);
    scores[i] = score;
    classes[i] = classId;
  });
  return [
    tensor(names[0]!, [1, 1], Int32Array.of(objects.length)),
    tensor(names[1]!, [1, most, 4], boxes),
    tensor(names[2]!, [1, most], scores),
    tensor(names[3]!, [1, most], classes),
  ];
}

/** @param background number of columns before the classes; if there are any, boxes are in 0..1, as in SSD. */
export function boxesAndScores(
  objects: readonly Placed[],
  [count, ...rest]: readonly number[],
  background: number,
): OutputTensor[] {
  const columns = background + CLASSES;
  const boxes = new Float32Array(count! * 4);
  const scores = new Float32Array(count! * columns);
  for (let i = 0; i < count! && background > 0; i++) scores[i * columns] = 1;
  objects.forEach(({ box: [x1, y1, x2, y2], score, classId }, i) => {
    const [scaleX, scaleY] = background > 0 ? [WIDTH, HEIGHT] : [1, 1];
    boxes.set([x1 / scaleX, y1 / scaleY, x2 / scaleX, y2 / scaleY], i * 4);
    scores[i * columns + background + classId] = score;
    if (background > 0) scores[i * columns] = 1 - score;
  });
  return [tensor('boxes', [1, count!, ...rest], boxes), tensor('scores', [1, count!, columns], scores)];
}

export function encodeMmdeploy(objects: readonly Placed[]): OutputTensor[] {
  const most = 20;
  const dets = new Float32Array(most * 5);
  const labels = new BigInt64Array(most).fill(-1n);
  objects.forEach(({ box, score, classId }, i) => {
    dets.set([...box, score], i * 5);
    labels[i] = BigInt(classId);
  });
  return [tensor('dets', [1, most, 5], dets), tensor('labels', [1, most], labels)];
}

export function encodeTfSsd(objects: readonly Placed[]): OutputTensor[] {
  const most = 20;
  const boxes = new Float32Array(most * 4);
  const scores = new Float32Array(most);
  const classes = new Float32Array(most).fill(1);
  objects.forEach(({ box: [x1, y1, x2, y2], score, classId }, i) => {
    boxes.set([y1 / HEIGHT, x1 / WIDTH, y2 / HEIGHT, x2 / WIDTH], i * 4);
    scores[i] = score;
    classes[i] = classId + 1;
  });
  return [
    tensor('detection_boxes:0', [1, most, 4], boxes),
    tensor('detection_scores:0', [1, most], scores),
    tensor('detection_classes:0', [1, most], classes),
    tensor('num_detections:0', [1], Float32Array.of(objects.length)),
  ];
}

function relative(box: Placed['box']): number[] {
  const [x, y, width, height] = centerAndSize(box);
  return [x / WIDTH, y / HEIGHT, width / WIDTH, height / HEIGHT];
}

function centerAndSize([x1, y1, x2, y2]: Placed['box']): [number, number, number, number] {
  return [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1];
}
