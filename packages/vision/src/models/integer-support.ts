import { readFileSync } from 'node:fs';
import { arch, platform } from 'node:os';

/**
 * Whether this processor multiplies bytes exactly and fast. Those of x86 without VNNI add two products in 16 bits, which
 * overflows and spoils the results; arm64 has no such trap.
 */
export function multipliesBytes(): boolean {
  if (arch() === 'arm64') return true;
  if (arch() !== 'x64' || platform() !== 'linux') return false;
  try {
    return hasVnni(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    // No /proc, as in some sandboxes: real numbers work everywhere.
    return false;
  }
}

/** @param cpuinfo as Linux gives it */
export function hasVnni(cpuinfo: string): boolean {
  return /^flags\s*:.*\bavx(512)?_vnni\b/m.test(cpuinfo);
}
