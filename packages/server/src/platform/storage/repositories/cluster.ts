/** The right to run a camera, which one node has at a time. */
export interface Lease {
  camera: string;
  /** Id of the node. */
  node: string;
  /** Larger than that of every lease before, of any camera. Writes that carry an older one are refused. */
  epoch: number;
  /** Time left by the clock of the database, ms; negative: it has ended, and the camera is free. */
  leftMs: number;
  /** The node that it is being handed over to. */
  successor: string | undefined;
  /** Nodes that may take the camera as soon as the lease has ended; undefined: any may. */
  heirs: readonly string[] | undefined;
}

/**
 * The nodes that an owner asks before it keeps a camera without the database. They may take it when its lease ends; others, of which the owner
 * may know nothing, wait `STRANGER_WAIT_TTLS` longer.
 */
export interface Heirs {
  readonly nodes: readonly string[];
  /** Grows with each change by an owner: what arrives out of order replaces nothing newer. */
  readonly version: number;
}

/** For how many times the duration of a lease a node keeps a camera without the database at most, from when it last asked to extend the lease. */
export const MAX_KEPT_TTLS = 15;
/** For how many times the duration of a lease nodes that are no heirs wait after its end: longer than its owner may keep the camera. */
export const STRANGER_WAIT_TTLS = 18;

/** Who runs which camera. Time is judged by the database alone, so that clocks of nodes need not agree. */
export interface LeaseRepository {
  /** Takes a camera that is free. @returns the epoch of the lease; undefined if another lease has not ended */
  claim(camera: string, node: string, ttlMs: number, heirs?: Heirs): Promise<number | undefined>;
  /**
   * Extends leases of a node, also those that have ended, if nobody has taken the camera since.
   * @returns the cameras whose lease was extended; the node must stop the others
   */
  renew(
    node: string,
    held: readonly Pick<Lease, 'camera' | 'epoch'>[],
    ttlMs: number,
    heirs?: Heirs,
  ): Promise<string[]>;
  /** Says which node is to take a camera over; undefined: none. @returns whether the lease was still this one */
  offer(lease: Pick<Lease, 'camera' | 'epoch' | 'successor'>): Promise<boolean>;
  /**
   * Takes a camera that its owner has offered.
   * @returns the epoch of the lease; undefined if it is not offered any more, or its owner does not know this node yet
   */
  takeOver(camera: string, node: string, ttlMs: number, heirs?: Heirs): Promise<number | undefined>;
  /**
   * Ends leases of a node at once; what it has offered stays so, and what it writes for a camera is accepted until another node has it. Leases
   * that it does not have any more are left alone.
   */
  release(node: string, held: readonly Pick<Lease, 'camera' | 'epoch'>[]): Promise<void>;
  /** By camera, also those that have ended. */
  list(): Promise<Lease[]>;
}

/** What a node says of itself. */
export interface NodeReport {
  id: string;
  name: string;
  /** Where other nodes reach it. */
  url: string;
  version: string;
  labels: readonly string[];
  /** What it can do beside the others. */
  cores: number;
  /** Part of its capacity in use, 0 to 1. */
  load: number;
  /** When it started, by its own clock, Unix epoch ms. */
  since: number;
}

export interface StoredNode extends NodeReport {
  isDraining: boolean;
  /** Whether it has reported within its TTL, by the clock of the database. */
  isAlive: boolean;
  /** Time since the process that reports by this id did so first, by the clock of the database, ms. */
  upMs: number;
}

/** The nodes of a cluster. */
export interface NodeRepository {
  /**
   * Stores what a node says; it counts as alive for `ttlMs`. Does not change whether it is draining.
   * @returns whether it was stored: false while another process, which started at another time, is alive by this id
   */
  report(node: NodeReport, ttlMs: number): Promise<boolean>;
  /** By id, also those that are away. */
  list(): Promise<StoredNode[]>;
  /** @throws LookoutError `not_found` */
  setDraining(id: string, isDraining: boolean): Promise<void>;
  /** Forgets a node. Idempotent. */
  remove(id: string): Promise<void>;
  /** Forgets nodes that have not reported for so long. @returns their ids */
  forgetSilent(silentMs: number): Promise<string[]>;
}

/** What is told of changes. Events tell what became of them, other rows what was done to them. */
export interface StoredRowChange {
  type: 'changed';
  table: string;
  /** Of the row; a name in `settings`, a camera in tables of one row for each. */
  id: string;
  kind: 'insert' | 'update' | 'delete' | 'created' | 'updated' | 'ended' | 'changed' | 'deleted';
}

/** `lost`: changes are not told at present. `back`: they are again, and what was read before may be out of date. */
export type ChangeNotice = StoredRowChange | { type: 'lost' } | { type: 'back' };

/** Tells of committed changes by all nodes, this one included, in the order of their commits. */
export interface ChangeSource {
  /** @returns a function that ends it; a listener that throws stops no other */
  listen(listener: (notice: ChangeNotice) => void): () => void;
}

/** What several nodes need besides the repositories. */
export interface ClusterStorage {
  readonly leases: LeaseRepository;
  readonly nodes: NodeRepository;
  readonly changes: ChangeSource;
}
