import type { Heirs } from '../storage/index.js';
import type { NodeId } from './placement.js';

/**
 * What this node has told the database of its heirs, as far as a lease there may still say so: a statement that was given up may be carried out
 * later all the same.
 */
export class ToldHeirs {
  readonly #told: Heirs[] = [];

  /** To be told to the database now. @param nodes sorted */
  next(nodes: readonly NodeId[]): Heirs {
    const last = this.#told.at(-1);
    if (last && last.nodes.join() === nodes.join()) return last;
    const heirs: Heirs = { nodes, version: (last?.version ?? 0) + 1 };
    this.#told.push(heirs);
    return heirs;
  }

  /** No lease says anything older any more. */
  forgetBefore(version: number): void {
    const oldest = this.#told.findIndex((told) => told.version >= version);
    if (oldest > 0) this.#told.splice(0, oldest);
  }

  /** All nodes that may be heirs at present. */
  all(): Set<NodeId> {
    return new Set(this.#told.flatMap(({ nodes }) => nodes));
  }
}
