/** Watches one camera for one rule. */
export interface Watch {
  /**
   * Call once a frame, after the scene's update.
   * @param frameTimestampMs as the frame says. @param activeSinceMs since when the rule is active, steady time; undefined while it is not.
   */
  update(frameTimestampMs: number, activeSinceMs: number | undefined): void;
}
