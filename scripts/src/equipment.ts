import { join } from 'node:path';
import { prepareDemoClip } from './demo-clip.js';
import { cacheDirectory } from './paths.js';
import type { StartProgress } from './progress.js';
import { installSystemPackages } from './system-packages.js';

/**
 * What tests and benchmarks need besides the build: Debian's packages and the demo clip, got where they are missing.
 * @returns the clip's path. @throws SystemPackagesMissing, DemoClipUnavailable
 */
export async function equip(startProgress: StartProgress): Promise<string> {
  await installSystemPackages(startProgress);
  const progress = startProgress('Getting the demo clip');
  const clip = await prepareDemoClip(join(cacheDirectory, 'demo'), {
    onProgress: (detail) => progress.update(detail),
  });
  progress.done('');
  return clip;
}
