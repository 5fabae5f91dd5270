import type { TrackedObject } from '@lookout/vision';

/** The confirmed objects of one analysed frame. Times are those of the frame's own clock, ms. */
export interface ObjectFrame {
  readonly timestampMs: number;
  readonly width: number;
  readonly height: number;
  readonly objects: readonly TrackedObject[];
}

/** 64 KB hold some ten minutes of a quiet camera. */
const CHUNK_BYTES = 64 * 1024;
/** `timestampMs` (8), width, height and number of objects (2 each). */
const FRAME_BYTES = 14;
/** Id (8), class, flags and confidence (2, 1, 1), box (16), velocity (4), time since it was last seen (4). */
const OBJECT_BYTES = 36;
const MAX_OBJECTS = Math.floor((CHUNK_BYTES - FRAME_BYTES) / OBJECT_BYTES);
const RESIDENT = 1;

/** What stays the same while an object lives. */
interface ObjectLife {
  firstSeenMs: number;
  confirmedMs: number;
}

/** A stretch of frames, packed. */
export class ObjectChunk {
  readonly firstMs: number;
  readonly bytes = CHUNK_BYTES;
  readonly #data = new DataView(new ArrayBuffer(CHUNK_BYTES));
  readonly #classes: { class_id: number; class_name: string }[] = [];
  readonly #classIndex = new Map<string, number>();
  readonly #lives = new Map<number, ObjectLife>();
  #end = 0;
  #lastMs: number;

  constructor(first: ObjectFrame) {
    this.firstMs = first.timestampMs;
    this.#lastMs = first.timestampMs;
    this.add(first);
  }

  /** Time of the last frame. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** @returns false if it is full */
  add(frame: ObjectFrame): boolean {
    const objects = frame.objects.slice(0, MAX_OBJECTS);
    if (this.#end + FRAME_BYTES + objects.length * OBJECT_BYTES > CHUNK_BYTES) return false;
    const data = this.#data;
    data.setFloat64(this.#end, frame.timestampMs);
    data.setUint16(this.#end + 8, frame.width);
    data.setUint16(this.#end + 10, frame.height);
    data.setUint16(this.#end + 12, objects.length);
    let at = this.#end + FRAME_BYTES;
    for (const one of objects) {
      this.#write(at, one, frame.timestampMs);
      at += OBJECT_BYTES;
    }
    this.#end = at;
    this.#lastMs = frame.timestampMs;
    return true;
  }

  *frames(): Generator<ObjectFrame, void, void> {
    const data = this.#data;
    for (let at = 0; at < this.#end; ) {
      const timestampMs = data.getFloat64(at);
      const count = data.getUint16(at + 12);
      const objects: TrackedObject[] = [];
      for (let i = 0; i < count; i++) objects.push(this.#read(at + FRAME_BYTES + i * OBJECT_BYTES, timestampMs));
      yield { timestampMs, width: data.getUint16(at + 8), height: data.getUint16(at + 10), objects };
      at += FRAME_BYTES + count * OBJECT_BYTES;
    }
  }

  #write(at: number, one: TrackedObject, timestampMs: number): void {
    const data = this.#data;
    data.setFloat64(at, one.id);
    data.setUint16(at + 8, this.#indexOfClass(one));
    data.setUint8(at + 10, one.isResident ? RESIDENT : 0);
    data.setUint8(at + 11, Math.round(one.confidence * 255));
    for (const [i, value] of one.bbox.entries()) data.setFloat32(at + 12 + 4 * i, value);
    for (const [i, value] of one.velocity.entries()) {
      data.setInt16(at + 28 + 2 * i, Math.max(-32_768, Math.min(32_767, Math.round(value))));
    }
    data.setUint32(at + 32, Math.max(0, Math.round(timestampMs - one.lastSeenMs)));
    const { firstSeenMs, confirmedMs } = one;
    if (!this.#lives.has(one.id)) this.#lives.set(one.id, { firstSeenMs, confirmedMs });
  }

  #read(at: number, timestampMs: number): TrackedObject {
    const data = this.#data;
    const id = data.getFloat64(at);
    const box = (i: number) => data.getFloat32(at + 12 + 4 * i);
    const { class_id = 0, class_name = '' } = this.#classes[data.getUint16(at + 8)] ?? {};
    const { firstSeenMs = timestampMs, confirmedMs = timestampMs } = this.#lives.get(id) ?? {};
    return {
      id,
      class_id,
      class_name,
      bbox: [box(0), box(1), box(2), box(3)],
      confidence: data.getUint8(at + 11) / 255,
      velocity: [data.getInt16(at + 28), data.getInt16(at + 30)],
      firstSeenMs,
      confirmedMs,
      lastSeenMs: timestampMs - data.getUint32(at + 32),
      isResident: (data.getUint8(at + 10) & RESIDENT) !== 0,
    };
  }

  #indexOfClass({ class_id, class_name }: TrackedObject): number {
    const known = this.#classIndex.get(class_name);
    if (known !== undefined) return known;
    const index = this.#classes.push({ class_id, class_name }) - 1;
    this.#classIndex.set(class_name, index);
    return index;
  }
}
