import type { RoutePermission } from './api/http/gate-hook.js';
import type { LogRing } from './platform/logging/log-ring.js';
import type { HttpsAccess } from './platform/tls/access.js';

export interface RunningServer {
  /** Listening address, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The admin key, if this start created one. It can be shown only once. */
  readonly firstKey: string | undefined;
  /** The permission each route requires. */
  readonly permissions: readonly RoutePermission[];
  /** How other devices reach the server; undefined when it serves plain HTTP. */
  readonly access: HttpsAccess | undefined;
  /** Closes sockets with 1001, lets running work finish, then releases devices. Idempotent. */
  close(): Promise<void>;
}

/** What the process around the server provides. */
export interface ServerHost {
  /** The newest lines of `logger`. */
  readonly log?: LogRing;
  /**
   * Prepares to close the server and start it again with the settings as they are then; absent: nobody would start it.
   * @returns begins it
   * @throws LookoutError `config_invalid` if it could not start
   */
  prepareRestart?(): () => void;
}
