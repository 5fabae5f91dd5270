/** The server as a library: settings in, a running server out. The command is in `@lookout/server/cli`. */
export { loadSettings, type Settings } from './config/settings.js';
export { type RunningServer, startServer } from './main.js';
