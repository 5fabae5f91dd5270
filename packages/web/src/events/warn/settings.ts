import { useStoredChoices } from '../../lib/hooks.js';

/** How this browser warns. */
export interface WarnSettings {
  banner: boolean;
  sound: boolean;
  count: boolean;
  notification: boolean;
}

const INITIAL: WarnSettings = { banner: true, sound: true, count: true, notification: false };

export function useWarnSettings() {
  return useStoredChoices<WarnSettings>('warn', INITIAL);
}

/** Whether this browser can show notifications of this page, and may: `insecure` pages never may. */
export function notificationPermission(): NotificationPermission | 'insecure' {
  return 'Notification' in window && window.isSecureContext ? Notification.permission : 'insecure';
}

/** Read at the time of a warning, since another part of the page may have changed it. */
export function warnSettings(): WarnSettings {
  try {
    return { ...INITIAL, ...JSON.parse(localStorage.getItem('lookout.warn') ?? '{}') };
  } catch {
    // Storage is forbidden or contains no JSON.
    return INITIAL;
  }
}
