import { tryWords } from '../strings/try.js';
import { explainError, type TryProblem } from './outcome.js';
import { type Picture, releasePicture } from './picture-file.js';

/** Maximum number of pictures that are kept at once. */
export const MAX_PICTURES = 12;

/** A picture or a clip. */
export interface Source {
  blob: Blob;
  name: string;
}

/** What the page has. A new object each time it changes. */
export interface ShelfView {
  pictures: readonly Picture[];
  chosen: Picture | undefined;
  /** Why the last files are not, or not all, among them. */
  problem: TryProblem | undefined;
  opening: boolean;
}

interface Waiting {
  source: Source;
  /** The files that came together: the first picture of them is chosen. */
  batch: { hasPicture: boolean };
}

/** @param most how many pictures a clip may give */
export type OpenSource = (source: Source, most: number) => AsyncIterable<Picture>;

/** The pictures of the page, at most `MAX_PICTURES`. They are opened one after another, and released when they are removed. */
export class PictureShelf {
  readonly #listeners = new Set<() => void>();
  readonly #open: OpenSource;
  readonly #release: (picture: Picture) => void;
  #view: ShelfView = { pictures: [], chosen: undefined, problem: undefined, opening: false };
  /** Sources that are waiting to be opened; together with the pictures never more than `MAX_PICTURES`. */
  #waiting: Waiting[] = [];
  /** Changes when everything is removed: what is still being opened then is not wanted any more. */
  #era = {};

  constructor(open: OpenSource, release = releasePicture) {
    this.#open = open;
    this.#release = release;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): ShelfView => this.#view;

  /** Opens pictures and clips, and chooses the first. Those that there is no room for are left out, and the view says so. */
  async add(sources: readonly Source[]): Promise<void> {
    const { pictures, opening } = this.#view;
    const room = MAX_PICTURES - pictures.length - this.#waiting.length - (opening ? 1 : 0);
    const taken = sources.slice(0, Math.max(0, room));
    const leftOut = sources.length - taken.length;
    this.#change({ problem: leftOut > 0 ? tooMany(leftOut) : undefined });
    const batch = { hasPicture: false };
    this.#waiting.push(...taken.map((source) => ({ source, batch })));
    if (!opening) await this.#openAll();
  }

  choose(chosen: Picture): void {
    this.#change({ chosen });
  }

  /** Tells what kept a picture from being here. */
  report(problem: TryProblem): void {
    this.#change({ problem });
  }

  remove(picture: Picture): void {
    const at = this.#view.pictures.indexOf(picture);
    if (at < 0) return;
    const pictures = this.#view.pictures.filter((each) => each !== picture);
    const chosen = this.#view.chosen === picture ? (pictures[at] ?? pictures.at(-1)) : this.#view.chosen;
    this.#change({ pictures, chosen, problem: undefined });
    this.#release(picture);
  }

  /** Also gives up what is still being opened. */
  removeAll(): void {
    const { pictures } = this.#view;
    this.#era = {};
    this.#waiting = [];
    this.#change({ pictures: [], chosen: undefined, problem: undefined, opening: false });
    for (const picture of pictures) this.#release(picture);
  }

  async #openAll(): Promise<void> {
    const era = this.#era;
    this.#change({ opening: true });
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      await this.#openOne(next, era);
      if (this.#era !== era) return;
    }
    this.#change({ opening: false });
  }

  async #openOne({ source, batch }: Waiting, era: object): Promise<void> {
    const most = MAX_PICTURES - this.#view.pictures.length - this.#waiting.length;
    try {
      for await (const picture of this.#open(source, most)) {
        const { pictures } = this.#view;
        // While a clip was being read, other files may have taken its room.
        if (this.#era !== era || pictures.length + this.#waiting.length >= MAX_PICTURES) {
          this.#release(picture);
          return;
        }
        this.#change({ pictures: [...pictures, picture], ...(!batch.hasPicture && { chosen: picture }) });
        batch.hasPicture = true;
      }
    } catch (error) {
      if (this.#era === era) this.#change({ problem: explainError(error) });
    }
  }

  #change(change: Partial<ShelfView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function tooMany(leftOut: number): TryProblem {
  const { tooMany, leftOut: text } = tryWords.problems;
  return { title: tooMany(MAX_PICTURES), advice: text(leftOut) };
}
