import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/seeded-random.js';
import { type SharedCamera, type SharingNode, shareOut } from './fair-share.js';

/** A cluster in which every node does at once what the answer says. */
class Simulation {
  nodes: SharingNode[] = [];
  cameras: SharedCamera[] = [];

  up(id: string, options: Partial<SharingNode> = {}): void {
    this.nodes.push({ id, weight: 1, labels: [], isDraining: false, isNew: false, ...options });
  }

  down(id: string): void {
    this.nodes = this.nodes.filter((node) => node.id !== id);
  }

  drain(id: string, isDraining = true): void {
    this.nodes = this.nodes.map((node) => (node.id === id ? { ...node, isDraining } : node));
  }

  add(count: number, needs: readonly string[] = []): void {
    for (let i = 0; i < count; i++) this.cameras.push({ id: `c${this.cameras.length}`, needs, owner: undefined });
  }

  /** @returns number of cameras that moved */
  settle(): number {
    const before = new Map(this.cameras.map(({ id, owner }) => [id, owner]));
    this.#apply();
    const moved = this.cameras.filter(({ id, owner }) => before.get(id) !== owner).length;
    // Settled means that nothing moves any more.
    const settled = this.cameras;
    this.#apply();
    expect(JSON.stringify(this.cameras)).toBe(JSON.stringify(settled));
    return moved;
  }

  #apply(): void {
    const target = shareOut(this.nodes, this.cameras);
    // Whatever the order in which the facts are read.
    const other = shareOut([...this.nodes].reverse(), [...this.cameras].reverse());
    expect(JSON.stringify([...other].sort())).toBe(JSON.stringify([...target].sort()));
    this.cameras = this.cameras.map((camera) => ({ ...camera, owner: target.get(camera.id) }));
  }

  shares(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { owner } of this.cameras) if (owner !== undefined) counts[owner] = (counts[owner] ?? 0) + 1;
    return counts;
  }
}

function cluster(...nodes: string[]): Simulation {
  const simulation = new Simulation();
  for (const id of nodes) simulation.up(id);
  return simulation;
}

describe('shareOut', () => {
  it('gives equal nodes equal shares, and those of a node that died to the others', () => {
    const simulation = cluster('a', 'b', 'c');
    simulation.add(12);
    simulation.settle();
    expect(simulation.shares()).toEqual({ a: 4, b: 4, c: 4 });
    simulation.down('b');
    expect(simulation.settle()).toBe(4);
    expect(simulation.shares()).toEqual({ a: 6, c: 6 });
  });

  it('moves to a node that joins no more than its share', () => {
    const simulation = cluster('a', 'b');
    simulation.add(12);
    simulation.settle();
    simulation.up('c');
    expect(simulation.settle()).toBe(4);
    expect(simulation.shares()).toEqual({ a: 4, b: 4, c: 4 });
  });

  it('empties a node that drains, and leaves cameras there that nobody else can have', () => {
    const simulation = cluster('a', 'b');
    simulation.up('usb', { labels: ['usb'] });
    simulation.add(9);
    simulation.add(1, ['usb']);
    simulation.settle();
    simulation.drain('usb');
    simulation.settle();
    expect(simulation.shares()).toEqual({ a: 5, b: 4, usb: 1 });
    simulation.drain('usb', false);
    simulation.settle();
    expect(simulation.shares()).toEqual({ a: 3, b: 4, usb: 3 });
  });

  it('gives a node that has just started nothing that another can have, and lets it keep what it has', () => {
    const simulation = cluster('a', 'b');
    simulation.add(6);
    simulation.settle();
    simulation.up('c', { isNew: true, labels: ['yard'] });
    expect(simulation.settle()).toBe(0);
    simulation.add(2, ['yard']);
    simulation.settle();
    simulation.down('b');
    simulation.settle();
    expect(simulation.shares()).toEqual({ a: 6, c: 2 });
    simulation.down('a');
    simulation.settle();
    expect(simulation.shares()).toEqual({ c: 8 });
    simulation.up('a', { isNew: true });
    expect(simulation.settle()).toBe(4);
  });

  it('shares cameras out among nodes that have all just started, and leaves them there as they grow old', () => {
    const simulation = new Simulation();
    for (const id of ['a', 'b', 'c']) simulation.up(id, { isNew: true });
    simulation.add(6);
    simulation.settle();
    expect(simulation.shares()).toEqual({ a: 2, b: 2, c: 2 });
    for (let old = 1; old <= 3; old++) {
      simulation.nodes = simulation.nodes.map((node, i) => ({ ...node, isNew: i >= old }));
      expect(simulation.settle()).toBe(0);
    }
  });

  it('does not move a camera for a difference of one', () => {
    const simulation = cluster('a', 'b');
    simulation.add(7);
    for (const few of ['a', 'b']) {
      const many = few === 'a' ? 'b' : 'a';
      simulation.cameras = simulation.cameras.map((camera, i) => ({ ...camera, owner: i < 3 ? few : many }));
      expect(simulation.settle()).toBe(0);
    }
  });

  it('weighs nodes by what they can do', () => {
    const simulation = new Simulation();
    simulation.up('big', { weight: 8 });
    simulation.up('small', { weight: 4 });
    simulation.add(12);
    simulation.settle();
    expect(simulation.shares()).toEqual({ big: 8, small: 4 });
  });

  it('puts cameras only where the labels are that they need', () => {
    const simulation = cluster('a', 'b');
    simulation.up('yard', { labels: ['yard', 'gpu'] });
    simulation.add(4, ['yard']);
    simulation.add(1, ['yard', 'roof']);
    simulation.add(4);
    simulation.settle();
    expect(simulation.shares()).toEqual({ a: 2, b: 2, yard: 4 });
    simulation.down('yard');
    simulation.settle();
    expect(simulation.shares()).toEqual({ a: 2, b: 2 });
  });

  it('gives a camera without an owner to nodes that may take it at once, if there are any', () => {
    const nodes = ['a', 'b', 'c'].map((id) => ({ id, weight: 1, labels: [], isDraining: false, isNew: false }));
    const orphan = (id: string, heirs: string[]): SharedCamera => ({ id, needs: [], owner: undefined, heirs });
    const placed = shareOut(nodes, [orphan('c0', ['b']), orphan('c1', ['b', 'x']), orphan('c2', ['x'])]);
    expect([placed.get('c0'), placed.get('c1')]).toEqual(['b', 'b']);
    expect(placed.get('c2')).not.toBe('b');
  });

  it('settles after anything that may happen', () => {
    const random = seededRandom(20_261);
    const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
    const labels = ['yard', 'gpu'];
    for (let run = 0; run < 200; run++) {
      const simulation = new Simulation();
      for (let step = 0, born = 0; step < 12; step++) {
        const what = random();
        const node = pick(simulation.nodes);
        if (what < 0.3) {
          const has = labels.filter(() => random() < 0.4);
          const isNew = random() < 0.5;
          simulation.up(`n${born++}`, { weight: 1 + Math.floor(random() * 16), labels: has, isNew });
        } else if (what < 0.4 && node) simulation.down(node.id);
        else if (what < 0.55 && node) simulation.drain(node.id, !node.isDraining);
        else if (what < 0.65) simulation.cameras = simulation.cameras.filter(() => random() < 0.7);
        else simulation.add(1 + Math.floor(random() * 8), random() < 0.3 ? [pick(labels) ?? ''] : []);
        simulation.nodes = simulation.nodes.map((one) => ({ ...one, isNew: one.isNew && random() < 0.7 }));
        // New ids, as cameras were removed.
        simulation.cameras = simulation.cameras.map((camera, i) => ({ ...camera, id: `c${i}` }));
        simulation.settle();
        const able = simulation.nodes.filter(({ isDraining }) => !isDraining);
        const misplaced = simulation.cameras.filter(({ owner, needs }) => {
          const possible = able.filter((one) => needs.every((label) => one.labels.includes(label)));
          return possible.length > 0 && !possible.some(({ id }) => id === owner);
        });
        expect(misplaced).toEqual([]);
      }
    }
  });
});
