import { join } from 'node:path';
import type { RuleEvent } from '@lookout/protocol';
import { WaitingEvents } from '../../platform/cluster/waiting-events.js';
import type { EventRepository, KeptEvent, NewDelivery } from '../../platform/storage/index.js';
import { asAbandoned } from '../second-look/verified-event.js';
import type { HeldEvents } from './event-recorder.js';

/** In the data folder. */
const FILE = 'held-events.jsonl';

/** Events of a server by itself that are neither stored nor told yet, in a file: they are told at the next start if the process ends. */
export class HeldFile implements HeldEvents {
  readonly #file: WaitingEvents;

  private constructor(file: WaitingEvents) {
    this.#file = file;
  }

  /** @param onTrouble the file can't be written at present */
  static async open(data: string, onTrouble: (error: unknown) => void): Promise<HeldFile> {
    return new HeldFile(await WaitingEvents.open(join(data, FILE), onTrouble));
  }

  hold(event: KeptEvent): void {
    this.#file.add({ kind: 'created', event, epoch: 0 });
  }

  done({ id }: KeptEvent): void {
    this.#file.done(id);
  }

  /** Stores what a process before this one has left. @returns how many events that were */
  async storeLeft(
    store: Pick<EventRepository, 'insert' | 'get'>,
    view: (event: KeptEvent) => RuleEvent,
    deliveries: (event: RuleEvent, kind: 'created') => readonly NewDelivery[],
  ): Promise<number> {
    const { left } = this.#file;
    for (const { event } of left.values()) {
      const abandoned = asAbandoned(event);
      // The process may have ended between the two.
      if (!(await store.get(event.id))) await store.insert(abandoned, deliveries(view(abandoned), 'created'));
      this.#file.done(event.id);
    }
    return left.size;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
