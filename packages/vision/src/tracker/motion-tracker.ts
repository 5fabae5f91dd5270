/**
 * Multi-object tracking by motion alone, of the SORT family, in milliseconds instead of frames. After ByteTrack
 * (arXiv:2110.06864: sure detections first, doubtful ones may continue a track) and OC-SORT (arXiv:2203.14360: momentum, recovery by the
 * last observation, re-update after a gap); pairs are weighed by Mahalanobis distance (SORT with a deep association metric,
 * arXiv:1703.07402 §2.2, without the appearance), whose gate opens by itself with the length of a gap. Written from the papers.
 */
import type { Detection } from '@lookout/protocol';
import { predictBox } from './box-filter.js';
import { type Candidate, containment, overlap, toCandidate } from './candidate.js';
import { pairDistance } from './pair-distance.js';
import { SparseMatcher } from './sparse-matcher.js';
import { beginTrack, observe, type Track, velocityOf } from './track.js';
import type { TrackedDetection, Tracker } from './tracker.js';
import { resolveTrackerOptions, type TrackerOptions } from './tracker-options.js';

/**
 * Gates on the squared distance of a pair. χ² of two dimensions would put 99.99 % below 18; walkers are less regular than the
 * filter's noise says, so sure detections may lie out to 5 σ.
 */
const SURE_GATE = 25;
const DOUBTFUL_GATE = 18;
const TENTATIVE_GATE = 21;

/** What having a pair at all is worth beside having a near one, squared deviations. */
const PAIR_WORTH = 1;

/** Least IoU of a detection with the box last seen for it to be the same object that has stood still (OC-SORT §4.3). */
const RECOVERY_OVERLAP = 0.44;

/** A detection whose smaller box lies to this part within that of a track may be a second box of the same object. */
const DUPLICATE_CONTAINMENT = 0.4;
/** Its evidence counts so much: it gets an id when it stays, later. */
const DUPLICATE_WEIGHT = 0.25;
/** How free of others a detection stands that is believed at once. */
const FREE_CONTAINMENT = 0.17;

/** More detections than this in a frame are noise; the surest are looked at. */
const MAX_DETECTIONS = 1000;

/**
 * A tracker of one camera; options left out take their defaults (`DEFAULT_TRACKER_OPTIONS`, with the reason of each).
 * @param nextId gives each track its id, 1 or more, never the same twice. Default 1, 2, 3 …
 * @throws RangeError for an option out of its range.
 */
export function createTracker(options: Partial<TrackerOptions> = {}, nextId: () => number = countFromOne()): Tracker {
  return new MotionTracker(resolveTrackerOptions(options), nextId);
}

function countFromOne(): () => number {
  let next = 1;
  return () => next++;
}

class MotionTracker implements Tracker {
  readonly #options: TrackerOptions;
  readonly #matcher = new SparseMatcher();
  #tracks: Track[] = [];
  readonly #nextId: () => number;
  /** The tracks' own time, from 0. */
  #nowMs = 0;
  /** Time of the last frame by its own clock; `undefined` before the first. */
  #timestampMs: number | undefined;

  constructor(options: TrackerOptions, nextId: () => number) {
    this.#options = options;
    this.#nextId = nextId;
  }

  update(detections: readonly Detection[], timestampMs: number): TrackedDetection[] {
    const isFirst = this.#timestampMs === undefined;
    const nowMs = this.#advance(timestampMs);
    const candidates = prepare(detections);
    this.#associate(candidates);
    this.#observeMatches(nowMs);
    this.#endTracks(nowMs);
    this.#beginTracks(candidates, nowMs, isFirst);
    return this.#annotate(detections);
  }

  forget(): void {
    this.#tracks = [];
    this.#timestampMs = undefined;
  }

  /** Ends what has been out of sight too long and predicts the rest. @returns the tracks' own time, which never goes back. */
  #advance(timestampMs: number): number {
    const gapMs = this.#gap(timestampMs);
    this.#nowMs += gapMs;
    const nowMs = this.#nowMs;
    this.#tracks = this.#tracks.filter((track) => nowMs - track.seenMs <= this.#options.lostMs);
    for (const track of this.#tracks) {
      track.match = undefined;
      predictBox(track.filter, gapMs / 1000, track.misses === 0);
    }
    return nowMs;
  }

  /** Time since the last frame. After a clock was set back, time goes on from there. */
  #gap(timestampMs: number): number {
    if (!Number.isFinite(timestampMs)) return 0;
    const gapMs = timestampMs - (this.#timestampMs ?? timestampMs);
    this.#timestampMs = timestampMs;
    return Math.max(0, gapMs);
  }

  #associate(candidates: readonly Candidate[]): void {
    const confirmed = this.#tracks.filter(isConfirmed);
    const sure = candidates.filter((candidate) => candidate.score >= this.#options.highScore);
    const doubtful = candidates.filter((candidate) => candidate.score < this.#options.highScore);
    this.#matchByMotion(confirmed, sure, SURE_GATE);
    this.#matchByMotion(confirmed, doubtful, DOUBTFUL_GATE);
    this.#matchByLastObservation(confirmed, sure);
    this.#matchByMotion(
      this.#tracks.filter((track) => !isConfirmed(track)),
      candidates,
      TENTATIVE_GATE,
    );
  }

  #matchByMotion(tracks: readonly Track[], candidates: readonly Candidate[], gate: number): void {
    this.#match(tracks, candidates, (track, candidate) => {
      const near = pairDistance(track, candidate, gate);
      const distance = near < gate ? near + track.classes.surprise(candidate.classId) : near;
      // Most are no pairs: V8 hands a 0 on as it is and puts a fraction in memory.
      return distance < gate ? gate + PAIR_WORTH - distance : 0;
    });
  }

  #matchByLastObservation(tracks: readonly Track[], candidates: readonly Candidate[]): void {
    this.#match(tracks, candidates, (track, candidate) => {
      if (candidate.classId !== track.classes.winner.class_id) return 0;
      const shared = overlap(track.seen, candidate);
      return shared > RECOVERY_OVERLAP ? shared : 0;
    });
  }

  /** Pairs what is still free on both sides for greatest total weight; a weight of 0 or less is no pair. */
  #match(
    tracks: readonly Track[],
    candidates: readonly Candidate[],
    weigh: (track: Track, candidate: Candidate) => number,
  ): void {
    const rows = tracks.filter((track) => !track.match);
    const columns = candidates.filter((candidate) => !candidate.taken);
    this.#matcher.clear();
    for (let row = 0; row < rows.length; row++) {
      for (let column = 0; column < columns.length; column++) {
        const weight = weigh(rows[row]!, columns[column]!);
        if (weight > 0) this.#matcher.add(row, column, weight);
      }
    }
    this.#matcher.solve(rows.length, columns.length, (row, column) => {
      rows[row]!.match = columns[column]!;
      columns[column]!.taken = true;
    });
  }

  #observeMatches(nowMs: number): void {
    const { confirmEvidence, confirmMs } = this.#options;
    const known = this.#knownObjects();
    for (const track of this.#tracks) {
      if (!track.match) {
        track.misses++;
        continue;
      }
      observe(track, track.match, nowMs);
      if (isConfirmed(track)) continue;
      track.evidence += evidenceOf(track.match, known);
      if (track.evidence >= confirmEvidence && nowMs - track.bornMs >= confirmMs) {
        this.#confirm(track);
        known.push(track.match);
      }
    }
  }

  #endTracks(nowMs: number): void {
    this.#tracks = this.#tracks.filter(
      (track) => isConfirmed(track) || track.match || nowMs - track.seenMs < this.#options.tentativeMs,
    );
  }

  /** What the very first picture shows was there before it, and gets its id without waiting. */
  #beginTracks(candidates: readonly Candidate[], nowMs: number, isFirst: boolean): void {
    const { birthScore, instantScore, maxTracks } = this.#options;
    const known = this.#knownObjects();
    for (const candidate of candidates) {
      if (this.#tracks.length >= maxTracks) return;
      if (candidate.taken || candidate.score < birthScore) continue;
      const evidence = evidenceOf(candidate, known);
      const track = beginTrack(candidate, evidence, nowMs);
      const isSure = candidate.score >= instantScore && !overlapsAny(candidate, candidates, FREE_CONTAINMENT);
      if (isSure || (isFirst && evidence === candidate.score)) {
        this.#confirm(track);
        known.push(candidate);
      }
      this.#tracks.push(track);
    }
  }

  #confirm(track: Track): void {
    track.id = this.#nextId();
    track.since = this.#timestampMs ?? 0;
  }

  /** Detections of this update that belong to confirmed tracks. */
  #knownObjects(): Candidate[] {
    const known: Candidate[] = [];
    for (const track of this.#tracks) if (isConfirmed(track) && track.match) known.push(track.match);
    return known;
  }

  #annotate(detections: readonly Detection[]): TrackedDetection[] {
    const trackOf = new Array<Track | undefined>(detections.length);
    for (const track of this.#tracks) if (track.match) trackOf[track.match.index] = track;
    return detections.map((detection, index) => describe(detection, trackOf[index]));
  }
}

/** Written out rather than spread: adding to a spread makes a hidden class per object, which only a full garbage collection frees. */
function describe({ bbox, confidence, class_id, class_name }: Detection, track: Track | undefined): TrackedDetection {
  if (!track) return { bbox, confidence, class_id, class_name, confirmed: false };
  const { score, since } = track;
  const { class_id: votedId, class_name: votedName } = track.classes.winner;
  if (since === undefined) {
    return { bbox, confidence: score, class_id: votedId, class_name: votedName, confirmed: false };
  }
  return {
    bbox,
    confidence: score,
    class_id: votedId,
    class_name: votedName,
    track_id: track.id,
    velocity: velocityOf(track),
    confirmed: true,
    since,
  };
}

/** Well-formed detections, surest first. */
function prepare(detections: readonly Detection[]): Candidate[] {
  const candidates: Candidate[] = [];
  for (let index = 0; index < detections.length; index++) {
    const candidate = toCandidate(detections[index]!, index);
    if (candidate) candidates.push(candidate);
  }
  return candidates.sort((a, b) => b.score - a.score).slice(0, MAX_DETECTIONS);
}

function isConfirmed(track: Track): boolean {
  return track.id > 0;
}

/** What a look at an object without an id is worth: less where it may be a second box of one that has its id. */
function evidenceOf(candidate: Candidate, known: readonly Candidate[]): number {
  return candidate.score * (overlapsAny(candidate, known, DUPLICATE_CONTAINMENT) ? DUPLICATE_WEIGHT : 1);
}

function overlapsAny(candidate: Candidate, others: readonly Candidate[], leastContainment: number): boolean {
  return others.some(
    (other) =>
      other !== candidate && other.classId === candidate.classId && containment(candidate, other) > leastContainment,
  );
}
