/** Settings that were changed in the page, by their key; the mode is kept beside them by its own repository. */
export interface SettingRepository {
  /** All of them, as JSON text. */
  all(): Promise<Record<string, string>>;
  /** Changes several at once. @param changes JSON text by key; null removes */
  change(changes: Readonly<Record<string, string | null>>): Promise<void>;
}
