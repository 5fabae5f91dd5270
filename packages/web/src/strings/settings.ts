import { settings as en } from './en/settings.js';

/** Words of the settings. They are loaded with these pages, which few people open. */
export const settingsWords: typeof en = en;
