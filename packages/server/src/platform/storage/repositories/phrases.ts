/** State of a phrase on one camera. */
export interface KeptCalibration {
  readonly camera: string;
  /** `phraseId` of the rule's subject. */
  readonly phrase: string;
  /** Checksum of the model that it applies to. */
  readonly model: string;
  /** JSON, opaque to the storage. */
  readonly data: string;
  /** Unix epoch ms. */
  readonly saved_at: number;
}

/** Example image of what a phrase means, or does not mean. */
export interface KeptExample {
  readonly id: string;
  readonly phrase: string;
  readonly is_positive: boolean;
  /** The camera that showed it; null: it was uploaded. */
  readonly camera: string | null;
  /** The event whose verdict added it; null: added otherwise. */
  readonly event_id: string | null;
  /** JPEG, PNG or WebP of the object alone, kept for later models too. */
  readonly picture: Uint8Array;
  readonly created_at: number;
}

/** Maximum for all models together, of at most 4 kB each. */
export const MAX_CAPTIONS = 5000;

/** Calibrations and examples of phrases. Calibrations of a camera are removed with it. */
export interface PhraseRepository {
  calibration(camera: string, phrase: string): Promise<KeptCalibration | undefined>;
  /** Of all cameras, in the order of their ids. */
  calibrationsOf(phrase: string): Promise<KeptCalibration[]>;
  /** Replaces the calibration of the phrase on this camera. */
  saveCalibration(calibration: KeptCalibration): Promise<void>;
  /** Oldest first. */
  examples(phrase: string): Promise<KeptExample[]>;
  insertExample(example: KeptExample): Promise<void>;
  /** @returns whether it existed */
  removeExample(id: string): Promise<boolean>;
  /** Stored vectors of descriptions, by one model and one version of the templates, as bytes. */
  captions(model: string, templates: number, texts: readonly string[]): Promise<Map<string, Uint8Array>>;
  /** Beyond `MAX_CAPTIONS`, those saved first are removed. */
  saveCaptions(model: string, templates: number, vectors: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Phrases with a calibration or an example, in no order. */
  phrases(): Promise<string[]>;
  /** Removes all calibrations and examples of a phrase. */
  removePhrase(phrase: string): Promise<void>;
}
