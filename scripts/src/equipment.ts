import { join } from 'node:path';
import { prepareDemoClip } from './demo-clip.js';
import { cacheDirectory } from './paths.js';
import type { Step } from './progress.js';
import { installSystemPackages } from './system-packages.js';

/**
 * Provides what tests and benchmarks need besides the build: Debian packages and the demo clip, fetched if missing.
 * @returns the clip's path. @throws SystemPackagesMissing, DemoClipUnavailable
 */
export async function equip(step: Step): Promise<string> {
  await installSystemPackages(step);
  return step('Getting the demo clip', () => prepareDemoClip(join(cacheDirectory, 'demo')));
}
