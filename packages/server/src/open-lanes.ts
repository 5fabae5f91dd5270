import { nowMs, toEpochMs } from '@lookout/media';
import { LookoutError, type Rule } from '@lookout/protocol';
import type { Logger } from 'pino';
import type { AnalysisPool } from './pipeline/analysis/analysis-pool.js';
import type { Calibrations } from './pipeline/phrases/calibrations.js';
import { OpenLane } from './pipeline/phrases/open-lane.js';
import { PhraseLanes } from './pipeline/phrases/phrase-lanes.js';
import type { TrackEmbeddings } from './pipeline/phrases/track-embeddings.js';
import type { TaskModels } from './pipeline/task-models/task-models.js';
import type { Settings } from './platform/config/settings.js';
import { LogLimit } from './platform/metrics/log-limit.js';
import type { Metrics } from './platform/metrics/metrics.js';

/** The parts of the server that the lanes use. */
export interface LanesHost {
  readonly settings: Pick<Settings, 'open_vocabulary'>;
  readonly metrics: Pick<Metrics, 'tasks'>;
  readonly logger: Logger;
  readonly pool: Pick<AnalysisPool, 'runSoon'>;
  /** Not called before the server has started. */
  rules(): { all(): readonly { readonly rule: Rule; readonly enabled: boolean }[] };
  /** The next id of a camera's tracks. */
  nextTrackId(camera: string): number;
}

/** Longer side of the crops shown with a refused phrase, pixels. */
const CROP_SIDE = 160;
const CROP_QUALITY = 75;

/** Opens the lanes that look for the phrases of rules: in tracks, and in whole frames. */
export function openLanes(
  { settings, metrics, logger, pool, rules, nextTrackId }: LanesHost,
  { models, calibrations, looks }: { models: TaskModels; calibrations: Calibrations; looks: TrackEmbeddings },
): { lanes: PhraseLanes; wholeFrames: OpenLane } {
  const faults = new LogLimit(nowMs);
  const onFault = (lane: 'track' | 'open') => (error: unknown) => {
    metrics.tasks.lookFailed(lane);
    // Frames are released quickly: the next one is used instead.
    if (error instanceof LookoutError && error.code === 'frame_gone') return;
    const count = faults.count();
    if (count !== undefined) logger.warn({ err: error, lane, count }, 'looking for phrases failed');
  };
  const common = {
    models,
    scored: calibrations.scored.bind(calibrations),
    picture: async (jpeg: Uint8Array, crop: [number, number, number, number]) => {
      const encode = { detections: [], crop, maxSide: CROP_SIDE, qualities: [CROP_QUALITY] };
      return (await pool.runSoon({ picture: { kind: 'jpeg', jpeg }, encode })).jpegs[0]?.jpeg;
    },
    toEpoch: toEpochMs,
    now: nowMs,
  };
  const wholeFrames = new OpenLane({
    ...{ ...common, nextTrackId, onFault: onFault('open') },
    onSearched: () => metrics.tasks.looked('open', 1),
  });
  const lanes = new PhraseLanes({
    ...{ ...common, onFault: onFault('track') },
    cropsPerSecond: settings.open_vocabulary.crops_per_second,
    rules: () => rules().all(),
    isAbout: ({ cameras }, camera) => cameras === 'all' || cameras.includes(camera),
    wholeFrames,
    onEmbedded: (look) => looks.add(look),
    onLooks: (made, missed) => {
      metrics.tasks.looked('track', made);
      metrics.tasks.looksMissed(missed);
    },
  });
  models.onChange((task) => task !== 'segment' && lanes.judgeAnew());
  return { lanes, wholeFrames };
}
