import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { EventBus } from '../../pipeline/bus/event-bus.js';
import type { CameraManager } from '../../pipeline/cameras/camera-manager.js';
import type { Calibrations } from '../../pipeline/phrases/calibrations.js';
import type { Warnings } from '../../pipeline/warnings/warnings.js';
import type { PageSettings } from '../../platform/settings/page-settings.js';
import type { NodeRelay } from '../cluster/owner-relay.js';
import { cameraHistoryRoutes } from './camera-history.js';
import { eventStreamRoute } from './event-stream.js';
import { eventRoutes } from './events.js';
import { phraseRoutes } from './phrases.js';
import { ruleRoutes } from './rules.js';
import { secondLookRoutes } from './second-look.js';

export interface WarningRoutesOptions {
  warnings: Pick<
    Warnings,
    'rules' | 'tester' | 'events' | 'pictures' | 'memory' | 'suppressions' | 'removalOf' | 'secondLook' | 'learning'
  >;
  calibrations?: Calibrations | undefined;
  cameras: Pick<CameraManager, 'camera'>;
  pageSettings: Pick<PageSettings, 'change'>;
  bus: EventBus;
  relay?: NodeRelay | undefined;
  /** Whether the database is known to be away. */
  isAway(): boolean;
  /** Monotonic, ms. */
  now(): number;
}

/** Rules, events, and what cameras have seen lately. */
export function warningRoutes(options: WarningRoutesOptions): FastifyPluginAsyncZod {
  const { warnings, cameras, bus, relay, isAway, now, pageSettings: settings } = options;
  const { rules, tester, events, pictures, memory, suppressions } = warnings;
  return async (app) => {
    app.register(ruleRoutes({ rules, tester, cameras, relay }));
    const { calibrations } = options;
    const { learning } = warnings;
    if (calibrations && learning) app.register(phraseRoutes({ calibrations, learning, rules, events, relay }));
    app.register(secondLookRoutes({ host: warnings.secondLook.host, settings, now: Date.now }));
    app.register(eventStreamRoute({ events, bus, isAway, now }));
    app.register(eventRoutes({ events, pictures, relay }));
    app.register(
      cameraHistoryRoutes({
        cameras,
        memory,
        suppressions,
        removalOf: (camera) => warnings.removalOf(camera),
        now: Date.now,
      }),
    );
  };
}
