/** The server as a library: settings in, a running server out. The command is in `@lookout/server/cli`. */

export { startServer } from './main.js';
export { loadSettings, type Settings } from './platform/config/settings.js';
export type { RunningServer } from './running-server.js';
