import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Box } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol';
import type { MotBox, MotFrames } from './sequence.js';

export interface SequenceInfo {
  name: string;
  /** Frames per second. */
  frameRate: number;
  /** Number of frames. */
  length: number;
  /** Pixels. */
  width: number;
  height: number;
}

export interface MotDetection {
  bbox: Box;
  /** 0..1. */
  score: number;
}

/** A MOTChallenge folder: `seqinfo.ini`, `gt.txt` and `det.txt` (directly in it). */
export interface MotSequence {
  info: SequenceInfo;
  truth: MotFrames;
  detections: ReadonlyMap<number, readonly MotDetection[]>;
}

/** @throws LookoutError `bad_request` naming file and line when a file is malformed. */
export async function readMotSequence(folder: string): Promise<MotSequence> {
  const read = (file: string) => readFile(join(folder, file), 'utf8');
  const [info, truth, detections] = await Promise.all([read('seqinfo.ini'), read('gt.txt'), read('det.txt')]);
  return { info: parseSequenceInfo(info), truth: parseTruth(truth), detections: parseDetections(detections) };
}

/** `key=value` lines of `seqinfo.ini`. */
export function parseSequenceInfo(text: string): SequenceInfo {
  const values = new Map(
    text.split(/\r?\n/).flatMap((line): [string, string][] => {
      const at = line.indexOf('=');
      return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()]] : [];
    }),
  );
  const positive = (key: string): number => {
    const value = Number(values.get(key));
    if (value > 0 && Number.isFinite(value)) return value;
    throw new LookoutError('bad_request', `Expected a positive \`${key}\` in seqinfo.ini, got ${values.get(key)}`);
  };
  return {
    name: values.get('name') ?? 'unnamed',
    frameRate: positive('frameRate'),
    length: positive('seqLength'),
    width: positive('imWidth'),
    height: positive('imHeight'),
  };
}

/** `frame,id,x,y,w,h,conf,…`; rows with `conf` 0 are not to be scored and are left out. */
export function parseTruth(text: string): MotFrames {
  return group(text, 'gt.txt', ({ id, bbox, confidence }): MotBox | undefined =>
    confidence === 0 ? undefined : { id, bbox },
  );
}

/** `frame,-1,x,y,w,h,score,…`; scores outside 0..1 (some detectors' logits) are clipped. */
export function parseDetections(text: string): ReadonlyMap<number, readonly MotDetection[]> {
  return group(text, 'det.txt', ({ bbox, confidence }) => ({ bbox, score: Math.min(1, Math.max(0, confidence)) }));
}

interface MotRow {
  id: number;
  bbox: Box;
  confidence: number;
}

function group<T>(text: string, file: string, convert: (row: MotRow) => T | undefined): Map<number, T[]> {
  const frames = new Map<number, T[]>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const fields = line.split(',').map(Number);
    const [frame, id, x, y, width, height, confidence] = fields;
    if (fields.length < 7 || !fields.slice(0, 7).every(Number.isFinite) || !Number.isInteger(frame) || frame! < 1) {
      throw new LookoutError('bad_request', `Expected frame,id,x,y,w,h,conf in ${file} line ${index + 1}, got ${line}`);
    }
    const row = convert({ id: id!, bbox: [x!, y!, x! + width!, y! + height!], confidence: confidence! });
    if (row === undefined) continue;
    const rows = frames.get(frame!);
    if (rows) rows.push(row);
    else frames.set(frame!, [row]);
  }
  return frames;
}
