import { readFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { fileURLToPath } from 'node:url';
import { COCO_NAMES } from '../model-info/coco-names.js';
import type { ModelInfo } from '../model-info/model-info.js';

/** Name of the model that needs no download. It runs in 8 bits if the processor is suited to it, which halves the inference time. */
export const EMBEDDED_MODEL = 'nanodet-g';
/** The same in 32 bits on any machine. */
export const EMBEDDED_MODEL_FLOAT = 'nanodet-g-float32';

export type EmbeddedName = typeof EMBEDDED_MODEL | typeof EMBEDDED_MODEL_FLOAT;

export function isEmbeddedName(name: string): name is EmbeddedName {
  return name === EMBEDDED_MODEL || name === EMBEDDED_MODEL_FLOAT;
}

/** The built-in model: NanoDet-g, in the form for this machine's processor. Where its files come from: `models/provenance.json`. */
export function embeddedModel(name: EmbeddedName = EMBEDDED_MODEL): ModelInfo {
  const precision = name === EMBEDDED_MODEL && multipliesBytes() ? 'int8' : 'float32';
  const file = precision === 'int8' ? EMBEDDED_MODEL : EMBEDDED_MODEL_FLOAT;
  return {
    name,
    path: fileURLToPath(new URL(`../../models/${file}.onnx`, import.meta.url)),
    precision,
    format: 'nanodet',
    classNames: COCO_NAMES,
    input: { kind: 'free', multiple: 32, trainedSize: 416 },
    letterbox: { anchor: 'center', fill: 114 },
    licence: 'Apache-2.0',
  };
}

/**
 * Whether this processor multiplies bytes exactly and fast. x86 processors without VNNI add two products in 16 bits, which
 * overflows and gives wrong results; arm64 does not have this problem.
 */
export function multipliesBytes(): boolean {
  if (arch() === 'arm64') return true;
  if (arch() !== 'x64' || platform() !== 'linux') return false;
  try {
    return hasVnni(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    // No /proc, as in some sandboxes: 32-bit floats work everywhere.
    return false;
  }
}

/** @param cpuinfo contents of Linux's /proc/cpuinfo */
export function hasVnni(cpuinfo: string): boolean {
  return /^flags\s*:.*\bavx(512)?_vnni\b/m.test(cpuinfo);
}
