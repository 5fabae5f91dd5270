/** A camera as nodes share it out. */
export interface PlacedCamera {
  readonly id: string;
  readonly needs: readonly string[];
  /** Only this node knows it: its settings or flags define it. */
  readonly isLocal: boolean;
  /** Its source takes one reader at a time. */
  readonly isExclusive: boolean;
}

/** What reads cameras on this node. */
export interface CameraRunner {
  /** All cameras that this node knows. */
  all(): readonly PlacedCamera[];
  /** Begins to read a camera, or goes on. Nothing is written for it while this node has no lease. */
  run(id: string): void;
  /** Whether it is read, or there is nothing to wait for. */
  isReady(id: string): boolean;
  /** Stops reading a camera. Resolves when its source is free. */
  stop(id: string): Promise<void>;
  /** This node has a lease that another had before. */
  acquired(id: string): void;
}
