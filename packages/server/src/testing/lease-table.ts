import { type Heirs, type Lease, STRANGER_WAIT_TTLS } from '../platform/storage/index.js';

/** Time that passes only when it is told to, in order; what is due in between runs to its end. */
export class World {
  nowMs = 0;
  readonly #due: { atMs: number; run: () => void }[] = [];

  at(delayMs: number, run: () => void): () => void {
    const entry = { atMs: this.nowMs + delayMs, run };
    this.#due.push(entry);
    return () => {
      const index = this.#due.indexOf(entry);
      if (index >= 0) this.#due.splice(index, 1);
    };
  }

  async pass(ms: number, check: () => void = () => {}): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (;;) {
      let next = 0;
      for (let i = 1; i < this.#due.length; i++) {
        if ((this.#due[i]?.atMs ?? 0) < (this.#due[next]?.atMs ?? 0)) next = i;
      }
      const entry = this.#due[next];
      if (!entry || entry.atMs > untilMs) break;
      this.#due.splice(next, 1);
      this.nowMs = Math.max(this.nowMs, entry.atMs);
      entry.run();
      for (let i = 0; i < 12; i++) await Promise.resolve();
      check();
    }
    this.nowMs = untilMs;
  }
}

interface LeaseRow {
  node: string;
  epoch: number;
  untilMs: number;
  successor?: string | undefined;
  heirs?: Heirs | undefined;
}

/** The table of the database. */
export class LeaseTable {
  readonly rows = new Map<string, LeaseRow>();
  /** Epochs of leases that were handed over. */
  readonly handedOver = new Set<number>();
  #epoch = 0;

  constructor(readonly world: World) {}

  claim(camera: string, node: string, ttlMs: number, heirs?: Heirs): number | undefined {
    const row = this.rows.get(camera);
    const isHeir = !row?.heirs || row.node === '' || row.node === node || row.heirs.nodes.includes(node);
    const waitMs = isHeir ? 0 : STRANGER_WAIT_TTLS * ttlMs;
    if (row && row.untilMs + waitMs > this.world.nowMs) return undefined;
    this.rows.set(camera, { node, epoch: ++this.#epoch, untilMs: this.world.nowMs + ttlMs, heirs });
    return this.#epoch;
  }

  takeOver(camera: string, node: string, ttlMs: number, heirs?: Heirs): number | undefined {
    const row = this.rows.get(camera);
    if (row?.successor !== node || row.untilMs <= this.world.nowMs) return undefined;
    if (row.heirs && !row.heirs.nodes.includes(node)) return undefined;
    this.rows.set(camera, { node, epoch: ++this.#epoch, untilMs: this.world.nowMs + ttlMs, heirs });
    this.handedOver.add(this.#epoch);
    return this.#epoch;
  }

  renew(node: string, held: readonly { camera: string; epoch: number }[], ttlMs: number, heirs?: Heirs): string[] {
    const kept = held.filter(({ camera, epoch }) => {
      const row = this.rows.get(camera);
      if (row?.node !== node || row.epoch !== epoch) return false;
      row.untilMs = this.world.nowMs + ttlMs;
      if ((heirs?.version ?? 0) >= (row.heirs?.version ?? 0)) row.heirs = heirs;
      return true;
    });
    return kept.map(({ camera }) => camera);
  }

  release(held: readonly { camera: string; epoch: number }[]): void {
    for (const { camera, epoch } of held) {
      const row = this.rows.get(camera);
      if (row?.epoch === epoch) Object.assign(row, { untilMs: Number.NEGATIVE_INFINITY, node: '' });
    }
  }

  offer({ camera, epoch, successor }: { camera: string; epoch: number; successor: string | undefined }): boolean {
    const row = this.rows.get(camera);
    if (row?.epoch !== epoch) return false;
    row.successor = successor;
    return true;
  }

  list(): Lease[] {
    return [...this.rows].map(([camera, { node, epoch, untilMs, successor, heirs }]) => ({
      ...{ camera, node, epoch, successor, heirs: heirs?.nodes },
      leftMs: untilMs - this.world.nowMs,
    }));
  }
}
