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
import { beginTrack, claimCost, observe, predict, type Track } from './track.js';
import type { TrackerOptions } from './tracker-options.js';

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
/** A detection that gets an id at once overlaps others by at most this fraction of the smaller box. */
const FREE_CONTAINMENT = 0.17;

/** More detections than this in a frame are noise; only the highest-scoring are used. */
const MAX_DETECTIONS = 1000;

/**
 * Tracks of one camera. A track gets an id once the evidence for it suffices; whether it is a confirmed object is decided elsewhere.
 */
export class MotionTracker {
  readonly #options: TrackerOptions;
  #tracks: Track[] = [];
  /** Time of the last update; `undefined` before the first. */
  #lastMs: number | undefined;

  constructor(options: TrackerOptions) {
    this.#options = options;
  }

  /** Every track, with or without an id, including those out of sight. */
  get tracks(): readonly Track[] {
    return this.#tracks;
  }

  /**
   * @param detections of one frame, any order; boxes in source pixels.
   * @param nowMs time that never goes back; see `SteadyClock`.
   * @returns the track of each detection, in the same order; undefined for one that neither continued nor started a track.
   */
  update(detections: readonly Detection[], nowMs: number): (Track | undefined)[] {
    const isFirst = this.#lastMs === undefined;
    this.#advance(nowMs);
    const candidates = prepare(detections);
    this.#associate(candidates);
    this.#observeMatches(nowMs);
    this.#endTracks(nowMs);
    this.#beginTracks(candidates, nowMs, isFirst);
    const trackOf = new Array<Track | undefined>(detections.length).fill(undefined);
    for (const track of this.#tracks) if (track.match) trackOf[track.match.index] = track;
    return trackOf;
  }

  /** Ends all tracks. Their ids are not reused. */
  forget(): void {
    this.#tracks = [];
    this.#lastMs = undefined;
  }

  /** Ends tracks that have been out of sight too long and predicts the rest. */
  #advance(nowMs: number): void {
    const gapMs = nowMs - (this.#lastMs ?? nowMs);
    this.#lastMs = nowMs;
    this.#tracks = this.#tracks.filter((track) => nowMs - track.seenMs <= this.#options.lostMs);
    for (const track of this.#tracks) predict(track, gapMs / 1000);
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
      if (!match || match.row === row || !rival.isIdentified) continue;
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
    const { idEvidence, idMs } = this.#options;
    const known = this.#knownObjects();
    for (const track of this.#tracks) {
      if (!track.match) {
        track.isHidden = true;
        continue;
      }
      observe(track, track.match, nowMs);
      if (track.isIdentified) continue;
      track.evidence += evidenceOf(track.match, known);
      if (track.evidence >= idEvidence && nowMs - track.bornMs >= idMs) {
        track.isIdentified = true;
        known.push(track.match);
      }
    }
  }

  #endTracks(nowMs: number): void {
    this.#tracks = this.#tracks.filter(
      (track) => track.isIdentified || track.match || nowMs - track.seenMs < this.#options.tentativeMs,
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
        track.isIdentified = true;
        known.push(candidate);
      }
      this.#tracks.push(track);
    }
  }

  /** Detections of this update that belong to tracks with an id. */
  #knownObjects(): Candidate[] {
    const known: Candidate[] = [];
    for (const track of this.#tracks) if (track.isIdentified && track.match) known.push(track.match);
    return known;
  }
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
