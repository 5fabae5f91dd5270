/** What is known of a phrase on one camera. */
export interface KeptCalibration {
  readonly camera: string;
  /** `phraseId` of the rule's subject. */
  readonly phrase: string;
  /** Checksum of the model that it holds for. */
  readonly model: string;
  /** JSON, as whoever calibrates reads and writes it. */
  readonly data: string;
  /** Unix epoch ms. */
  readonly saved_at: number;
}

/** A picture of what a phrase means, or does not. */
export interface KeptExample {
  readonly id: string;
  readonly phrase: string;
  readonly is_positive: boolean;
  /** The camera that showed it; null: it was uploaded. */
  readonly camera: string | null;
  /** The event whose verdict it is; null: another reason. */
  readonly event_id: string | null;
  /** JPEG of the object alone: another model will look at it too. */
  readonly picture: Uint8Array;
  readonly created_at: number;
}

/** Of all models together; of 4 kB each at most. */
export const MAX_CAPTIONS = 5000;

/** What was learned about phrases. What was learned on a camera is removed with it. */
export interface PhraseRepository {
  calibration(camera: string, phrase: string): Promise<KeptCalibration | undefined>;
  /** Of all cameras, in the order of their ids. */
  calibrationsOf(phrase: string): Promise<KeptCalibration[]>;
  /** Replaces what was kept of the phrase on this camera. */
  saveCalibration(calibration: KeptCalibration): Promise<void>;
  /** Oldest first. */
  examples(phrase: string): Promise<KeptExample[]>;
  insertExample(example: KeptExample): Promise<void>;
  /** @returns whether it existed */
  removeExample(id: string): Promise<boolean>;
  /** Vectors of descriptions, as one model and one set of templates made them: those that are kept, as bytes. */
  captions(model: string, templates: number, texts: readonly string[]): Promise<Map<string, Uint8Array>>;
  /** Beyond `MAX_CAPTIONS`, those saved first are forgotten. */
  saveCaptions(model: string, templates: number, vectors: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** Of which there is something; in no order. */
  phrases(): Promise<string[]>;
  /** Forgets all of a phrase. */
  removePhrase(phrase: string): Promise<void>;
}
