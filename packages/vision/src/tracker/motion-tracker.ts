/**
 * Multi-object tracking by motion alone, of the SORT family (arXiv:1602.00763: predict, assign, correct), in milliseconds instead of
 * frames. All tracks and detections are assigned together, by the likelihood of each pair: its Mahalanobis distance (SORT with a deep
 * association metric, arXiv:1703.07402 §2.2, without the appearance), how widely the prediction is spread, and the score, by which
 * doubtful detections may continue a track but do not outbid sure ones (ByteTrack, arXiv:2110.06864). A detection gets no id where the
 * probability of its association is too small, judged against exchanges with one other track at a time: the simplest of the joint events of
 * joint probabilistic data association (Fortmann, Bar-Shalom and Scheffe 1983). Written from the papers.
 */
import type { Detection } from '@lookout/protocol';
import { assign } from './assignment.js';
import { type Candidate, containment, toCandidate } from './candidate.js';
import { beginTrack, claimCost, observe, predict, type Track, velocityOf } from './track.js';
import { resolveTrackerOptions, type TrackedDetection, type Tracker, type TrackerOptions } from './tracker.js';

/** Claims that cost more are not made. Costs are −2 ln of a likelihood, so for a track just seen this is some 5 σ. */
const CLAIM_LIMIT = 30;

/** A claim that costs so much more than the closest one on the same detection is not made: it would contradict it. */
const CLOSER_BY = 3;

/** A claim that costs so much beyond the track's vagueness is as likely a stranger's: the box is not where it was expected. */
const STRANGER_COST = 9.5;

/**
 * A detection gets its track's id where the track has this share of the likelihood of all whose detection it may be. A higher share
 * means fewer stolen ids and more boxes without one.
 */
const SURE_SHARE = 0.7;

/** What having a pair at all is worth beside having a near one. */
const PAIR_WORTH = 1;

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
    for (const track of this.#tracks) predict(track, gapMs / 1000);
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
    const claims = allClaims(this.#tracks, candidates);
    const closest = new Float64Array(candidates.length).fill(CLAIM_LIMIT);
    for (const { column, cost } of claims) closest[column] = Math.min(closest[column]!, cost);
    const pairs = claims
      .filter(({ column, cost }) => cost <= closest[column]! + CLOSER_BY)
      .map(({ row, column, cost }) => ({ row, column, weight: CLAIM_LIMIT + PAIR_WORTH - cost }));
    const columnOfRow = assign(pairs, this.#tracks.length, candidates.length);
    for (const [row, track] of this.#tracks.entries()) {
      const candidate = candidates[columnOfRow[row]!];
      if (!candidate) continue;
      track.match = candidate;
      candidate.taken = true;
    }
    this.#findContested(claims, candidates);
  }

  /** Finds the matches whose detection may as well be another known object's, or a stranger's. */
  #findContested(claims: readonly Claim[], candidates: readonly Candidate[]): void {
    const matches = new Map<number, Claim>();
    for (const claim of claims) {
      if (this.#tracks[claim.row]!.match === candidates[claim.column]) matches.set(claim.column, claim);
    }
    const rivals = new Float64Array(candidates.length);
    for (const { row, column, cost } of claims) {
      const rival = this.#tracks[row]!;
      const match = matches.get(column);
      // A track without an id has none to be taken for.
      if (!match || match.row === row || !isConfirmed(rival)) continue;
      rivals[column]! += rivalLikelihood(rival, cost, this.#tracks[match.row]!);
    }
    for (const { row, column, cost } of matches.values()) {
      const track = this.#tracks[row]!;
      const own = likelihood(cost);
      const stranger = likelihood(STRANGER_COST + track.vagueness + candidates[column]!.doubt);
      track.isContested = own < SURE_SHARE * (own + rivals[column]! + stranger);
    }
  }

  #observeMatches(nowMs: number): void {
    const { confirmEvidence, confirmMs } = this.#options;
    const known = this.#knownObjects();
    for (const track of this.#tracks) {
      if (!track.match) {
        track.isHidden = true;
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
  const velocity = velocityOf(track);
  return track.isContested
    ? { bbox, confidence: score, class_id: votedId, class_name: votedName, velocity, confirmed: true, since }
    : {
        bbox,
        confidence: score,
        class_id: votedId,
        class_name: votedName,
        track_id: track.id,
        velocity,
        confirmed: true,
        since,
      };
}

/** A pair that may be: a track and a detection, by their places. */
interface Claim {
  row: number;
  column: number;
  cost: number;
}

/** Row after row. */
function allClaims(tracks: readonly Track[], candidates: readonly Candidate[]): Claim[] {
  const claims: Claim[] = [];
  for (let row = 0; row < tracks.length; row++) {
    for (let column = 0; column < candidates.length; column++) {
      const cost = claimCost(tracks[row]!, candidates[column]!, CLAIM_LIMIT);
      if (cost < CLAIM_LIMIT) claims.push({ row, column, cost });
    }
  }
  return claims;
}

/**
 * How likely it is that a detection shows a rival's object rather than that of `track`, which was assigned to it. A rival with a detection
 * of its own could have this one only in exchange, so what counts is how well both would fit then. One that is out of sight, or was until
 * now, has a wide prediction. That loses it the assignment but makes it no less of a possibility, so its vagueness is left out.
 * @param cost of the rival's claim on the detection.
 */
function rivalLikelihood(rival: Track, cost: number, track: Track): number {
  const { match, isHidden, vagueness } = rival;
  const spread = match && !isHidden ? 0 : vagueness;
  const exchange = match ? claimCost(track, match, CLAIM_LIMIT) - claimCost(rival, match, CLAIM_LIMIT) : 0;
  return likelihood(cost - spread + exchange);
}

function likelihood(cost: number): number {
  return Math.exp(-cost / 2);
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
