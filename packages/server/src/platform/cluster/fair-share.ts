/** A node that is up. */
export interface SharingNode {
  readonly id: string;
  /** What it can do beside the others, e.g. its number of cores; > 0. */
  readonly weight: number;
  readonly labels: readonly string[];
  /** It gives its cameras away and takes no more. */
  readonly isDraining: boolean;
  /** It has started just now and may be about to die: it takes cameras only where no other node can. */
  readonly isNew: boolean;
}

/** A camera that any node may read. */
export interface SharedCamera {
  readonly id: string;
  /** Labels that its node must have. */
  readonly needs: readonly string[];
  /** The node that has its lease, or that it is being handed over to. It need not be up. */
  readonly owner: string | undefined;
  /** The nodes that may take it at once while it has no owner, if that is not all; see `Heirs`. */
  readonly heirs?: readonly string[] | undefined;
}

/**
 * Which node every camera should be on. All nodes come to the same answer from the same facts, and it is stable: with everything where the
 * answer says, the next answer is the same. A camera moves only because its node went away, drains or lacks a label, or because that takes
 * load from the node that has most of it; so a difference of one camera between equal nodes stays.
 * @returns the node by camera; cameras that no node may have are missing
 */
export function shareOut(nodes: readonly SharingNode[], cameras: readonly SharedCamera[]): Map<string, string> {
  const sharing = [...nodes].sort(byId).map((node) => ({ ...node, cameras: new Set<string>() }));
  const byNode = new Map(sharing.map((node) => [node.id, node]));
  const placed = new Map<string, string>();
  const place = (camera: string, node: Sharing): void => {
    byNode.get(placed.get(camera) ?? '')?.cameras.delete(camera);
    placed.set(camera, node.id);
    node.cameras.add(camera);
  };
  const choices = new Map<string, readonly Sharing[]>();
  const homeless: SharedCamera[] = [];
  for (const camera of [...cameras].sort(byId)) {
    const owner = byNode.get(camera.owner ?? '');
    const able = sharing.filter((node) => mayHave(node, camera));
    const heirs = owner ? [] : able.filter(({ id }) => camera.heirs?.includes(id));
    const possible = withoutNew(heirs.length > 0 ? heirs : able, owner);
    choices.set(camera.id, possible);
    // Where nobody can take it, being watched by a node that should not have it is better than not being watched.
    if (owner && (possible.includes(owner) || possible.length === 0)) place(camera.id, owner);
    else homeless.push(camera);
  }
  const choicesOf = (id: string): readonly Sharing[] => choices.get(id) ?? [];
  // Those with the fewest choices first, or the others could take their place.
  homeless.sort((a, b) => choicesOf(a.id).length - choicesOf(b.id).length || byId(a, b));
  for (const { id } of homeless) {
    const node = least(choicesOf(id), loadWithOneMore);
    if (node) place(id, node);
  }
  for (let move = bestMove(sharing, choicesOf); move; move = bestMove(sharing, choicesOf)) place(move.camera, move.to);
  return placed;
}

type Sharing = SharingNode & { readonly cameras: Set<string> };

function mayHave({ isDraining, labels }: SharingNode, { needs }: SharedCamera): boolean {
  return !isDraining && needs.every((label) => labels.includes(label));
}

/** Without nodes that started just now, unless they are all there is; what one of them has may stay there. */
function withoutNew(able: readonly Sharing[], owner: Sharing | undefined): readonly Sharing[] {
  return able.every(({ isNew }) => isNew) ? able : able.filter((node) => !node.isNew || node === owner);
}

function load({ cameras, weight }: Sharing): number {
  return cameras.size / weight;
}

function loadWithOneMore({ cameras, weight }: Sharing): number {
  return (cameras.size + 1) / weight;
}

/** Smaller differences of load are none: quotients of small numbers are further apart. */
const SAME_LOAD = 1e-9;

/**
 * The move that helps most: from a node to one that has less load even with the camera. Each makes the larger of the two loads smaller, so
 * moves come to an end.
 */
function bestMove(
  nodes: readonly Sharing[],
  choicesOf: (camera: string) => readonly Sharing[],
): { camera: string; to: Sharing } | undefined {
  let best: { camera: string; to: Sharing } | undefined;
  let bestGain = SAME_LOAD;
  for (const from of nodes) {
    // The camera that came last goes first, so that those of a node that took others in stay where they were.
    for (const camera of [...from.cameras].reverse()) {
      const possible = choicesOf(camera).filter((node) => node !== from);
      const to = least(possible, loadWithOneMore);
      if (!to) continue;
      const gain = load(from) - loadWithOneMore(to);
      if (gain <= bestGain) continue;
      best = { camera, to };
      bestGain = gain;
    }
  }
  return best;
}

/** The first of those with the lowest figure. */
function least<T>(all: readonly T[], figure: (one: T) => number): T | undefined {
  let found: T | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const one of all) {
    const value = figure(one);
    if (value >= lowest - SAME_LOAD) continue;
    found = one;
    lowest = value;
  }
  return found;
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
