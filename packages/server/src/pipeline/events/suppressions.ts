import { randomBytes } from 'node:crypto';
import type { Box, Suppression } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol';
import type { KeptEvent, KeptSuppression, SuppressionRepository } from '../../platform/storage/index.js';
import type { IgnoredSpot } from '../rules/spot-filter.js';
import { drawingOf } from './snapshot-file.js';

export interface SuppressionsOptions {
  store: SuppressionRepository;
  /** Looks of parts of a JPEG, in pixels of it, for a camera's model. */
  describe(camera: string, jpeg: Uint8Array, size: [number, number], boxes: readonly Box[]): Promise<Uint8Array[]>;
  /** What a camera ignores has changed. */
  onChange(camera: string, spots: readonly IgnoredSpot[]): void;
  /** Unix epoch ms. */
  now(): number;
}

/** Things that a camera ignores; each is looked at in every frame. */
const MAX_PER_CAMERA = 50;
/** Objects of one event that are ignored. */
const MAX_PER_EVENT = 5;

/** What cameras ignore because users said that it is not what it was taken for. */
export class Suppressions {
  readonly #options: SuppressionsOptions;
  #all: readonly KeptSuppression[];

  private constructor(options: SuppressionsOptions, all: readonly KeptSuppression[]) {
    this.#options = options;
    this.#all = all;
  }

  static async open(options: SuppressionsOptions): Promise<Suppressions> {
    return new Suppressions(options, await options.store.list());
  }

  /** Oldest first. */
  list(camera: string): Suppression[] {
    return this.#of(camera).map(({ look: _, ...suppression }) => suppression);
  }

  spots(camera: string): readonly IgnoredSpot[] {
    return this.#of(camera);
  }

  /**
   * Ignores from now on what made a rule fire.
   * @param snapshot the file of its picture
   * @throws LookoutError `conflict` if the camera ignores too much already, or the picture shows nothing to ignore
   */
  async add(event: Pick<KeptEvent, 'id' | 'camera' | 'image_size'>, snapshot: Uint8Array): Promise<Suppression[]> {
    const { store, describe, now } = this.#options;
    const { id, camera, image_size } = event;
    const tracks = drawingOf(snapshot).tracks.slice(0, MAX_PER_EVENT);
    if (tracks.length === 0)
      throw new LookoutError('conflict', 'No object made this rule fire, so there is none to ignore');
    if (this.#of(camera).length + tracks.length > MAX_PER_CAMERA) {
      throw new LookoutError('conflict', `Camera "${camera}" ignores ${MAX_PER_CAMERA} places already, its maximum`, {
        hint: 'Remove some of them, or draw a mask.',
      });
    }
    const looks = await describe(
      camera,
      snapshot,
      image_size,
      tracks.map(({ bbox }) => bbox),
    );
    const [width, height] = image_size;
    const added = tracks.map(
      ({ class_name, bbox: [x1, y1, x2, y2] }, i): KeptSuppression => ({
        id: randomBytes(8).toString('hex'),
        camera,
        event_id: id,
        class_name,
        box: [x1 / width, y1 / height, x2 / width, y2 / height],
        created_at: now(),
        look: looks[i] ?? new Uint8Array(),
      }),
    );
    for (const suppression of added) await store.insert(suppression);
    this.#set([...this.#all, ...added], camera);
    return added.map(({ look: _, ...suppression }) => suppression);
  }

  /** @throws LookoutError `not_found` */
  async remove(camera: string, id: string): Promise<void> {
    const found = this.#of(camera).find((one) => one.id === id);
    if (!found)
      throw new LookoutError('not_found', `Camera "${camera}" ignores nothing of the id "${id.slice(0, 64)}"`);
    await this.#options.store.remove(id);
    this.#set(
      this.#all.filter((one) => one !== found),
      camera,
    );
  }

  /** Takes back what was ignored because of an event. */
  async removeOf({ id, camera }: Pick<KeptEvent, 'id' | 'camera'>): Promise<void> {
    for (const suppression of this.#of(camera))
      if (suppression.event_id === id) await this.remove(camera, suppression.id);
  }

  /** Takes over what is stored now, by whichever node. @throws LookoutError `storage_failed` */
  async reload(): Promise<void> {
    const before = this.#all;
    const all = await this.#options.store.list();
    const idsOf = (of: readonly KeptSuppression[], camera: string) =>
      of.filter((one) => one.camera === camera).map(({ id }) => id);
    this.#all = all;
    for (const camera of new Set([...before, ...all].map((one) => one.camera)))
      if (idsOf(before, camera).join() !== idsOf(all, camera).join()) this.#set(all, camera);
  }

  /** The camera was removed, and what it ignored with it. */
  forgetCamera(camera: string): void {
    this.#all = this.#all.filter((one) => one.camera !== camera);
  }

  #of(camera: string): KeptSuppression[] {
    return this.#all.filter((one) => one.camera === camera);
  }

  #set(all: readonly KeptSuppression[], camera: string): void {
    this.#all = all;
    this.#options.onChange(camera, this.#of(camera));
  }
}
