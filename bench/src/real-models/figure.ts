/** A measurement printed for a model. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit?: string;
}

/** Images to test a model on, in addition to those that ship with Lookout. */
export interface LabelledImages {
  /** Folder with `images/` and `instances.json`. */
  readonly folder: string;
  /** Every n-th image is used. */
  readonly every: number;
}
