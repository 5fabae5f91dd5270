/** One of the things that are printed about a model. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit?: string;
}

/** Images to try a model on, beside the pictures that ship with Lookout. */
export interface LabelledImages {
  /** Folder with `images/` and `instances.json`. */
  readonly folder: string;
  /** One in so many images is used. */
  readonly every: number;
}
