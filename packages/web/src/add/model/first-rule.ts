import type { Interpretation, Rule } from '@lookout/protocol';
import { ANY, FAMILIES, type Family, familyMembers, shareOf } from './look-for.js';

/** How a rule about one kind of object is said. @param place the camera's name; undefined: wherever */
export type SayRule = (what: Family | { name: string }, place: string | undefined) => string;

/**
 * What the first rule is about: the first family that the camera looks for, or without one the first kind of object.
 * @param names of all that the model can see
 */
export function firstSubject(
  chosen: readonly string[],
  names: readonly string[],
): Family | { name: string } | undefined {
  const members = familyMembers(names);
  const family = FAMILIES.find((each) => shareOf(members.get(each) ?? [], chosen) !== 'none' && members.has(each));
  if (family) return family;
  const name = chosen.includes(ANY) ? names[0] : chosen[0];
  return name === undefined ? undefined : { name };
}

/** A sentence and the rules that it states, about one camera alone. */
export interface FirstRule {
  prompt: string;
  rules: readonly Rule[];
  summary: string;
}

/** @returns undefined if the sentence does not state a rule for this camera alone: its name may be another's too, or read as something else */
export function ruleFor(cameraId: string, prompt: string, read: Interpretation): FirstRule | undefined {
  if (read.status !== 'ok') return undefined;
  const isOfCamera = ({ cameras }: Rule) => Array.isArray(cameras) && cameras.length === 1 && cameras[0] === cameraId;
  return read.rules.every(isOfCamera) ? { prompt, rules: read.rules, summary: read.summary } : undefined;
}

/** The rules of a sentence that names no camera, for this one alone. */
export function limitedTo(cameraId: string, read: Interpretation): Rule[] {
  return read.status === 'ok' ? read.rules.map((rule) => ({ ...rule, cameras: [cameraId] })) : [];
}
