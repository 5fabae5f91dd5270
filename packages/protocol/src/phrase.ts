import { z } from 'zod';
import { CameraId } from './camera.js';
import { Box } from './detection.js';
import { Phrase } from './phrase-text.js';

/**
 * `calibrating`: learns the scores of scenes without the phrase, and does not fire; `armed`: fires; `untested`: fires, but has never seen
 * an example, so it may miss events; `refused`: can't be recognised reliably, and does not fire.
 */
export const PhraseState = z.enum(['calibrating', 'armed', 'untested', 'refused']);
export type PhraseState = z.infer<typeof PhraseState>;

/** What a rule checks: every analysed frame, crops of tracks, or whole frames at intervals. */
export const Lane = z.enum(['frame', 'track', 'open']);
export type Lane = z.infer<typeof Lane>;

/** Lane that a rule uses, and how often it checks. */
export const Looking = z.object({
  lane: Lane,
  every_s: z
    .number()
    .nullable()
    .describe('Time between two checks of one object or frame, s; null: each analysed frame'),
  model: z.string().optional().describe('The model that checks, in addition to the detector'),
});
export type Looking = z.infer<typeof Looking>;

/** Why a phrase is refused. */
export const RefusalKind = z.enum([
  'no_support',
  'like_its_opposite',
  'attribute_not_seen',
  'negation',
  'below_example',
  'too_loud',
  'too_small',
  'no_model',
]);
export type RefusalKind = z.infer<typeof RefusalKind>;

/** A crop that the phrase was compared with. */
export const ScoredCrop = z.object({
  picture_url: z.string().nullable().describe('null: no longer kept'),
  score: z.number(),
  timestamp: z.number().describe('Unix epoch ms'),
});
export type ScoredCrop = z.infer<typeof ScoredCrop>;

export const CalibrationReason = z.object({
  kind: RefusalKind,
  phrase: z.string(),
  why: z.string(),
  crops: z.array(ScoredCrop).optional().describe('Crops that it would have fired for, highest score first'),
});
export type CalibrationReason = z.infer<typeof CalibrationReason>;

/** A positive or negative example of a phrase. */
export const PhraseExample = z.object({
  id: z.string(),
  is_positive: z.boolean(),
  score: z.number().describe('Of the text alone'),
  picture_url: z.string().nullable(),
  created_at: z.number(),
});
export type PhraseExample = z.infer<typeof PhraseExample>;

/** `GET /api/rules/:id/calibration`: how a phrase scores on one camera. */
export const Calibration = z.object({
  state: PhraseState,
  camera: CameraId.describe('The camera that these figures belong to'),
  phrase: z.string(),
  polarity: z.enum(['present', 'absent']),
  model: z.string().nullable().describe('null: none available at present'),
  threshold: z
    .number()
    .nullable()
    .describe(
      'Scores above it fire; for `absent`, scores measure how clearly the phrase does not apply. null: not known yet',
    ),
  background: z
    .object({ n: z.int(), q50: z.number().nullable(), q99: z.number().nullable(), q999: z.number().nullable() })
    .describe('Scores seen on the camera where the phrase is assumed to be absent'),
  needs: z
    .object({ crops: z.int(), seconds: z.number() })
    .nullable()
    .describe('What calibration still needs, whichever comes first; null: nothing'),
  expected_per_day: z.number().nullable().describe('Expected false alarms'),
  expected_per_1000: z.number().nullable().describe('The same, per 1000 crops'),
  recall: z.number().nullable().describe('Share of the positive examples that would fire; null: there are none'),
  examples: z.array(PhraseExample),
  reasons: z.array(CalibrationReason),
  calibrated_at: z.number().nullable(),
  cameras: z.array(z.object({ camera: CameraId, state: PhraseState })).describe('All cameras of the rule'),
});
export type Calibration = z.infer<typeof Calibration>;

export const CalibrationQuery = z.strictObject({
  camera: CameraId.optional().describe('Default: the camera furthest along'),
});

/** Body of `POST /api/rules/:id/examples`, unless it is an image: an object of an event, or a region of a camera frame. */
export const NewExample = z.union([
  z.strictObject({
    event_id: z.string().min(1).max(64),
    track_id: z.int().optional().describe('Default: the first of the event'),
    is_positive: z.boolean().default(true),
  }),
  z.strictObject({
    camera: CameraId,
    timestamp: z.number().min(0).describe('Unix epoch ms'),
    bbox: Box.describe('[x1, y1, x2, y2] in fractions 0..1 of the picture'),
    is_positive: z.boolean().default(true),
  }),
]);
export type NewExample = z.infer<typeof NewExample>;

/** Certainty of a search result: relative to what the same text scores on everyday frames of the cameras. */
export const FindCertainty = z.enum(['likely', 'possible', 'guess']);
export type FindCertainty = z.infer<typeof FindCertainty>;

/** Body of `POST /api/search`. */
export const SearchRequest = z.strictObject({
  text: Phrase,
  cameras: z.array(CameraId).min(1).max(1000).optional().describe('Absent: all'),
  classes: z.array(z.string().min(1).max(64)).min(1).max(1000).optional().describe('Absent: all'),
  since: z.number().min(0).optional().describe('Unix epoch ms'),
  until: z.number().min(0).optional().describe('Unix epoch ms'),
  limit: z.int().min(1).max(100).default(24),
});
export type SearchRequest = z.infer<typeof SearchRequest>;

export const SearchResult = z.object({
  camera: CameraId,
  timestamp: z.number().describe('Unix epoch ms'),
  track_id: z.int(),
  class_name: z.string(),
  bbox: Box.describe('[x1, y1, x2, y2] in pixels of `image_size`'),
  image_size: z.tuple([z.int(), z.int()]),
  score: z.number(),
  margin: z.number().describe('How far `score` is above the scores of plain backgrounds and its class'),
  certainty: FindCertainty,
  event_id: z.string().nullable().describe('An event that it belongs to'),
  picture_url: z.string().nullable(),
});
export type SearchResult = z.infer<typeof SearchResult>;

/** Answer of `POST /api/search`. */
export const SearchAnswer = z.object({
  model: z.string(),
  results: z.array(SearchResult).describe('Best first'),
  searched: z.int().describe('Objects compared'),
  since: z.number().nullable().describe('Time of the oldest object kept, Unix epoch ms; null: none is'),
  calibrated: z.literal(false),
  reasons: z.array(CalibrationReason).describe('Why the order may be unreliable; empty: no known reason'),
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;

/** Body of `POST /api/embeddings`, unless it is an image. */
export const EmbeddingsRequest = z.strictObject({ texts: z.array(Phrase).min(1).max(64) });
export type EmbeddingsRequest = z.infer<typeof EmbeddingsRequest>;

/** Answer of `POST /api/embeddings`. */
export const Embeddings = z.object({
  model: z.string(),
  dimension: z.int(),
  embeddings: z.array(z.array(z.number())).describe('L2-normalised, in the order of the request'),
});
export type Embeddings = z.infer<typeof Embeddings>;
