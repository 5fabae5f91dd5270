import type { Box } from '@lookout/protocol';
import type { RuleFrame, RuleObject } from '../engine/scene/frame.js';
import type { Actor, Pose } from './actor.js';
import type { Chance } from './random.js';

/** How badly the simulated detector and tracker work. */
export interface VisionNoise {
  /** Share of the detections that are missed. */
  readonly missed: number;
  /** Standard deviation of a box's position and size, share of the box. */
  readonly jitter: number;
  /** Share of detections in which an object that is mistaken for another class is. */
  readonly mistaken: number;
}

export const USUAL_NOISE: VisionNoise = { missed: 0.15, jitter: 0.05, mistaken: 0.25 };
export const NO_NOISE: VisionNoise = { missed: 0, jitter: 0, mistaken: 0 };

/** Detections that it takes for a track to be confirmed. */
const CONFIRMING_DETECTIONS = 3;
/** Tracks that are not seen for longer are ended, ms; known still objects much later. */
const LOST_MS = 2000;
const RESIDENT_LOST_MS = 60_000;
/** Share by which each detection moves a track's velocity. */
const VELOCITY_SHARE = 0.25;
/** A track changes its class once another has this many times its votes. */
const VOTE_LEAD = 2;

/** A recording to be simulated. */
export interface Recording {
  readonly camera: string;
  readonly actors: readonly Actor[];
  readonly fromMs: number;
  readonly untilMs: number;
  readonly fps: number;
  readonly width: number;
  readonly height: number;
  /** By how much the camera is off its place at a moment, pixels. */
  readonly shakeAt?: (ms: number) => readonly [number, number];
  /** Stretches without frames. */
  readonly gaps?: readonly { fromMs: number; untilMs: number }[];
}

interface SimulatedTrack {
  readonly id: number;
  readonly firstSeenMs: number;
  readonly votes: Map<string, number>;
  className: string;
  lastSeenMs: number;
  detections: number;
  bbox: Box;
  /** Pixels per second, smoothed over a few detections. */
  velocity: [number, number];
}

/** Frames as a detector and a tracker would deliver them: boxes jitter, detections are missed, ids and classes change. */
export function simulateVision(recording: Recording, noise: VisionNoise, chance: Chance): RuleFrame[] {
  const { camera, actors, fromMs, untilMs, fps, width, height, gaps = [] } = recording;
  const tracks = new Map<Actor, SimulatedTrack[]>(actors.map((actor) => [actor, []]));
  const frames: RuleFrame[] = [];
  let nextId = 1;
  for (let index = 0; fromMs + (index * 1000) / fps < untilMs; index++) {
    const ms = Math.round(fromMs + (index * 1000) / fps);
    if (gaps.some((gap) => ms >= gap.fromMs && ms < gap.untilMs)) continue;
    const objects: RuleObject[] = [];
    for (const actor of actors) {
      const own = tracks.get(actor) ?? [];
      const bbox = detect(actor, ms, recording, noise, chance);
      if (bbox) {
        const className = classSeen(actor, noise, chance);
        const track = currentTrack(actor, own, ms) ?? beginTrack(own, nextId++, ms, className);
        observe(track, bbox, className, ms);
      }
      const lostMs = actor.isResident ? RESIDENT_LOST_MS : LOST_MS;
      tracks.set(
        actor,
        own.filter(({ lastSeenMs }) => ms - lastSeenMs <= lostMs),
      );
      for (const track of tracks.get(actor) ?? []) {
        if (track.detections >= CONFIRMING_DETECTIONS) objects.push(describe(track, actor));
      }
    }
    frames.push({ camera, timestampMs: ms, width, height, objects });
  }
  return frames;
}

function detect(actor: Actor, ms: number, recording: Recording, noise: VisionNoise, chance: Chance): Box | undefined {
  const pose = actor.poseAt(ms);
  // Chance is asked in any case, so that hiding an actor changes nothing else.
  const isMissed = chance.happens(noise.missed);
  const errors = [chance.normal(), chance.normal(), chance.normal(), chance.normal()].map((e) => noise.jitter * e);
  if (!pose || isMissed) return undefined;
  const [dx, dy] = recording.shakeAt?.(ms) ?? [0, 0];
  return visiblePart({ ...pose, x: pose.x + dx, y: pose.y + dy }, errors, recording);
}

/** The box as detected, cut off at the edges of the picture; nothing if too little of it is left. */
function visiblePart(pose: Pose, errors: readonly number[], { width, height }: Recording): Box | undefined {
  const [shiftX = 0, shiftY = 0, wider = 0, taller = 0] = errors;
  const boxWidth = pose.width * (1 + wider);
  const boxHeight = pose.height * (1 + taller);
  const centerX = pose.x + shiftX * pose.width;
  const centerY = pose.y - pose.height / 2 + shiftY * pose.height;
  const box: Box = [
    Math.max(0, centerX - boxWidth / 2),
    Math.max(0, centerY - boxHeight / 2),
    Math.min(width, centerX + boxWidth / 2),
    Math.min(height, centerY + boxHeight / 2),
  ];
  const isVisible = box[2] - box[0] > 0.4 * boxWidth && box[3] - box[1] > 0.4 * boxHeight;
  return isVisible ? box : undefined;
}

function classSeen(actor: Actor, noise: VisionNoise, chance: Chance): string {
  const isMistaken = chance.happens(noise.mistaken);
  return isMistaken && actor.mistakenFor !== undefined ? actor.mistakenFor : actor.className;
}

/** The track that a detection goes on with: none before the first, after an id switch, or when it was lost. */
function currentTrack(actor: Actor, own: readonly SimulatedTrack[], ms: number): SimulatedTrack | undefined {
  const latest = own[own.length - 1];
  const hasSwitched = actor.idSwitchesMs.some((at) => latest !== undefined && at > latest.lastSeenMs && at <= ms);
  return hasSwitched ? undefined : latest;
}

function beginTrack(own: SimulatedTrack[], id: number, ms: number, className: string): SimulatedTrack {
  const track: SimulatedTrack = {
    id,
    firstSeenMs: ms,
    votes: new Map(),
    className,
    lastSeenMs: ms,
    detections: 0,
    bbox: [0, 0, 0, 0],
    velocity: [0, 0],
  };
  own.push(track);
  return track;
}

function observe(track: SimulatedTrack, bbox: Box, className: string, ms: number): void {
  const seconds = (ms - track.lastSeenMs) / 1000;
  if (track.detections > 0 && seconds > 0) {
    const smooth = (velocity: number, moved: number) => velocity + VELOCITY_SHARE * (moved / 2 / seconds - velocity);
    const before = track.bbox;
    track.velocity = [
      smooth(track.velocity[0], bbox[0] + bbox[2] - before[0] - before[2]),
      smooth(track.velocity[1], bbox[1] + bbox[3] - before[1] - before[3]),
    ];
  }
  track.lastSeenMs = ms;
  track.bbox = bbox;
  track.detections++;
  const votes = (track.votes.get(className) ?? 0) + 1;
  track.votes.set(className, votes);
  if (votes > VOTE_LEAD * (track.votes.get(track.className) ?? 0)) track.className = className;
}

function describe(track: SimulatedTrack, { isResident }: Actor): RuleObject {
  const { id, className, firstSeenMs, lastSeenMs, bbox, velocity } = track;
  return { id, class_name: className, bbox, confidence: 0.8, velocity, firstSeenMs, lastSeenMs, isResident };
}
