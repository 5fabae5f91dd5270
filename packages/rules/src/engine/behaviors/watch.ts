/** Watches one camera for one rule. */
export interface Watch {
  /**
   * Call once a frame, after the scene's update.
   * @param frameTimestampMs the frame's own time.
   * @param activeSinceMs steady time since which the rule has been active; undefined: it is not.
   */
  update(frameTimestampMs: number, activeSinceMs: number | undefined): void;
}
