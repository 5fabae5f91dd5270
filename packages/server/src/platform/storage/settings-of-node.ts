import type { SettingRepository } from './repositories/index.js';

/**
 * Settings that each node has for itself, in the table that all nodes share: those that depend on its disk and processor. What was stored
 * for all, as by a server that was alone before, holds until the node has its own.
 */
export function settingsOfNode(store: SettingRepository, node: string): SettingRepository {
  // No key and no name of a node has an @.
  const suffix = `@${node}`;
  return {
    async all() {
      const stored = await store.all();
      const own = Object.entries(stored).filter(([key]) => key.endsWith(suffix));
      return { ...stored, ...Object.fromEntries(own.map(([key, value]) => [key.slice(0, -suffix.length), value])) };
    },
    change: (changes) =>
      store.change(Object.fromEntries(Object.entries(changes).map(([key, value]) => [key + suffix, value]))),
  };
}
