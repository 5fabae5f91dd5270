import { type SourceUrlOptions, validateSourceUrl } from '@lookout/media';
import { type CameraConfig, CameraRegions, LookoutError } from '@lookout/protocol';
import type { Logger } from 'pino';
import type { Settings } from '../../platform/config/settings.js';
import type { Camera } from './camera.js';
import type { CameraManager } from './camera-manager.js';

const DEMO_URL = 'demo:street';

/** One sentence for each camera that looks for classes the model does not know. */
export function unknownClasses(cameras: readonly Camera[], model: string): string[] {
  return cameras.flatMap(({ id, unknownClasses: classes }) =>
    classes.length === 0 ? [] : [`Camera ${id} looks for ${classes.join(', ')}, but model ${model} has no such class.`],
  );
}

/** @throws LookoutError `config_invalid` if the address of a configured camera can't be opened by any source */
export function checkAddresses(settings: Settings, options: SourceUrlOptions): void {
  for (const { id, origin, ...camera } of settings.cameras) {
    for (const field of ['url', 'sub_url'] as const) {
      const url = camera[field];
      if (url === undefined) continue;
      try {
        validateSourceUrl(url, options);
      } catch (error) {
        if (!(error instanceof LookoutError)) throw error;
        const where = origin === 'cli' ? '--source' : `${settings.configFile}: camera ${id}: ${field}`;
        throw new LookoutError('config_invalid', `${where}: ${error.message}`, { hint: error.hint, cause: error });
      }
    }
  }
}

/** Opens the cameras of the settings and the stored ones; without any, the demo. */
export async function openCameras(
  cameras: CameraManager,
  settings: Settings,
  stored: readonly CameraConfig[],
  hasDemoClip: boolean,
  logger: Logger,
): Promise<void> {
  for (const { origin, tokens, ...given } of settings.cameras) await cameras.open(given, origin, tokens);
  for (const config of stored) {
    if (cameras.has(config.id))
      logger.warn({ camera: config.id }, 'a configured camera overrides the stored one with the same id');
    else await cameras.open(config, 'api');
  }
  // Nodes would each have a demo of their own.
  if (cameras.all().length > 0 || !settings.demo || settings.cluster.database !== undefined) return;
  if (!hasDemoClip) {
    logger.info('no camera is configured and the demo clip is missing: starting without cameras');
    return;
  }
  const demo = { id: 'demo-street', name: 'Demo street', kind: 'pull', url: DEMO_URL, enabled: true } as const;
  await cameras.open({ ...demo, detect: settings.detect, ...CameraRegions.parse({}) }, 'demo');
}
