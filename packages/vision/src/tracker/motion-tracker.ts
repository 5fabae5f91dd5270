/**
 * Multi-object tracking by motion alone, of the SORT family (arXiv:1602.00763: predict, assign, correct), in milliseconds instead of
 * frames. All tracks and detections are assigned together, by the likelihood of each pair: its Mahalanobis distance (SORT with a deep
 * association metric, arXiv:1703.07402 §2.2, without appearance), the spread of the prediction, and the score, so that
 * low-scoring detections may continue a track but do not outbid high-scoring ones (ByteTrack, arXiv:2110.06864). A detection gets no id
 * if the probability of its association is too low, judged against exchanges with one other track at a time: the simplest of the joint
 * events of joint probabilistic data association (Fortmann, Bar-Shalom and Scheffe 1983). Written from the papers.
 */
import type { Detection } from '@lookout/protocol';
import { assign } from './assignment.js';
import { type Candidate, containment, toCandidate } from './candidate.js';
import { beginTrack, claimCost, observe, predict, type Track, velocityOf } from './track.js';
import { resolveTrackerOptions, type TrackedDetection, type Tracker, type TrackerOptions } from './tracker.js';

/** Highest cost of a claim. Costs are −2 ln of a likelihood, so for a track just seen this is about 5 σ. */
const CLAIM_LIMIT = 30;

/** A claim that costs this much more than the closest one on the same detection is dropped: it would contradict it. */
const CLOSER_BY = 3;

/** At this cost beyond the part from the track's spread, the box is just as likely a new object's: it is not where it was expected. */
const STRANGER_COST = 9.5;

/**
 * A detection gets its track's id if the track has this share of the likelihood of all objects that the detection may belong to. A
 * higher share means fewer stolen ids and more boxes without one.
 */
const SURE_SHARE = 0.7;

/** Value of making a pair at all, relative to making a close one. */
const PAIR_WORTH = 1;

/** If a detection and a track overlap by this fraction of the smaller box, they may be two boxes of the same object. */
const DUPLICATE_CONTAINMENT = 0.4;
/** Weight of the evidence of such a box: if it persists, it gets an id later. */
const DUPLICATE_WEIGHT = 0.25;
/** A detection that is confirmed at once overlaps others by at most this fraction of the smaller box. */
const FREE_CONTAINMENT = 0.17;

/** More detections than this in a frame are noise; only the highest-scoring are used. */
const MAX_DETECTIONS = 1000;

/**
 * A tracker for one camera; omitted options take their defaults (`DEFAULT_TRACKER_OPTIONS`, with the reason for each).
 * @param nextId returns the id of each new track, 1 or more, never the same twice. Default 1, 2, 3 …
 * @throws RangeError for an option out of range.
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
  /** The tracks' own time, starting at 0. */
  #nowMs = 0;
  /** Timestamp of the last frame; `undefined` before the first. */
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

  /** Ends tracks that have been out of sight too long and predicts the rest. @returns the tracks' own time, which never goes back. */
  #advance(timestampMs: number): number {
    const gapMs = this.#gap(timestampMs);
    this.#nowMs += gapMs;
    const nowMs = this.#nowMs;
    this.#tracks = this.#tracks.filter((track) => nowMs - track.seenMs <= this.#options.lostMs);
    for (const track of this.#tracks) predict(track, gapMs / 1000);
    return nowMs;
  }

  /** Time since the last frame. If the clock was set back, time continues from there. */
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

  /** Finds the matches whose detection may just as well belong to another known object, or to a new one. */
  #findContested(claims: readonly Claim[], candidates: readonly Candidate[]): void {
    const matches = new Map<number, Claim>();
    for (const claim of claims) {
      if (this.#tracks[claim.row]!.match === candidates[claim.column]) matches.set(claim.column, claim);
    }
    const rivals = new Float64Array(candidates.length);
    for (const { row, column, cost } of claims) {
      const rival = this.#tracks[row]!;
      const match = matches.get(column);
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

  /** Objects in the very first picture were there before it, and get their ids without waiting. */
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

/** Written out instead of spread: adding to a spread creates a hidden class per object, which only a full garbage collection frees. */
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

/** A possible pair of a track and a detection, by their indices. */
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
 * of its own could only have this one in exchange, so what counts is how well both would then fit. A rival that is out of sight, or was
 * until now, has a wide prediction. That costs it the assignment but does not make it less likely, so its spread is left out.
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

/** Well-formed detections, highest score first. */
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

/** Evidence that one detection of an object without an id adds: less if it may be a second box of one that has an id. */
function evidenceOf(candidate: Candidate, known: readonly Candidate[]): number {
  return candidate.score * (overlapsAny(candidate, known, DUPLICATE_CONTAINMENT) ? DUPLICATE_WEIGHT : 1);
}

function overlapsAny(candidate: Candidate, others: readonly Candidate[], leastContainment: number): boolean {
  return others.some(
    (other) =>
      other !== candidate && other.classId === candidate.classId && containment(candidate, other) > leastContainment,
  );
}
