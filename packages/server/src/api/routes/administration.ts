import type { FastifyPluginAsync } from 'fastify';
import { BackupService } from '../../platform/backup/backup-service.js';
import { LogRing } from '../../platform/logging/log-ring.js';
import type { ModelAdministration } from '../../platform/models/model-administration.js';
import type { PageSettings } from '../../platform/settings/page-settings.js';
import type { Storage } from '../../platform/storage/index.js';
import { backupRoutes } from './backup.js';
import { logRoutes } from './log.js';
import { modelCatalogueRoutes } from './model-catalogue.js';
import { settingRoutes } from './settings.js';
import { updateRoutes } from './updates.js';

export interface AdministrationOptions {
  readonly settings: PageSettings;
  readonly models: ModelAdministration;
  readonly storage: Storage;
  /** See `ServerHost`. */
  readonly around: { readonly log?: LogRing; prepareRestart?(): () => void };
  /** Of this server. */
  readonly version: string;
  /** Monotonic, ms. */
  readonly now: () => number;
}

/** What only the owner of the server does. */
export function administrationRoutes(options: AdministrationOptions): FastifyPluginAsync[] {
  const { settings, models, around, storage, version, now } = options;
  const { log = new LogRing(), prepareRestart } = around;
  const backups = new BackupService({
    storage,
    version,
    models: async () => (await models.list()).map(({ name }) => name),
    now: Date.now,
  });
  return [
    settingRoutes(settings),
    modelCatalogueRoutes(models),
    logRoutes({ log, now }),
    backupRoutes({ backups, prepareRestart }),
    updateRoutes(settings, version),
  ];
}
