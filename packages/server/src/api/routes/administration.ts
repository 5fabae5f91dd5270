import type { FastifyPluginAsync } from 'fastify';
import type { LogRing } from '../../platform/logging/log-ring.js';
import type { ModelAdministration } from '../../platform/models/model-administration.js';
import type { PageSettings } from '../../platform/settings/page-settings.js';
import { logRoutes } from './log.js';
import { modelCatalogueRoutes } from './model-catalogue.js';
import { settingRoutes } from './settings.js';

export interface AdministrationOptions {
  readonly settings: PageSettings;
  readonly models: ModelAdministration;
  readonly log: LogRing;
  /** Monotonic, ms. */
  readonly now: () => number;
}

/** What only the owner of the server does. */
export function administrationRoutes({ settings, models, log, now }: AdministrationOptions): FastifyPluginAsync[] {
  return [settingRoutes(settings), modelCatalogueRoutes(models), logRoutes({ log, now })];
}
