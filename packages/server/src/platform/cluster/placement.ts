/** A node's id, e.g. `n1`. */
export type NodeId = string;

/** Another node of the cluster. */
export interface PeerNode {
  readonly id: NodeId;
  readonly name: string;
  /** Where the other nodes reach it, e.g. `https://10.0.0.2:8080`. */
  readonly url: string;
}

/** Which node reads which camera. */
export interface Placement {
  readonly here: NodeId;
  /** The node that reads, analyses and watches this camera; undefined while it has none. */
  ownerOf(cameraId: string): PeerNode | 'here' | undefined;
  /** The other nodes that are up. */
  peers(): readonly PeerNode[];
  /** @param listener called after the owner of a camera has changed @returns a function that unsubscribes */
  onMoved(listener: (cameraId: string) => void): () => void;
}

/** What a node needs to be one of several. */
export interface ClusterMembership {
  readonly placement: Placement;
  /** The same on all nodes. */
  readonly joinSecret: string;
}
