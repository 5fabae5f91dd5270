import { join } from 'node:path';
import type { RuleEvent } from '@lookout/protocol';
import { WaitingEvents } from '../../platform/cluster/waiting-events.js';
import type { EventRepository, KeptEvent, NewDelivery } from '../../platform/storage/index.js';
import { asAbandoned } from '../second-look/verified-event.js';
import type { HeldEvents } from './event-recorder.js';

/** In the data folder. */
const FILE = 'held-events.jsonl';

/** File of a standalone server with its held events: those that are left when the process ends are stored at the next start. */
export class HeldFile implements HeldEvents {
  readonly #file: WaitingEvents;

  private constructor(file: WaitingEvents) {
    this.#file = file;
  }

  /** @param onTrouble called while the file can't be written */
  static async open(data: string, onTrouble: (error: unknown) => void): Promise<HeldFile> {
    return new HeldFile(await WaitingEvents.open(join(data, FILE), onTrouble));
  }

  hold(event: KeptEvent): void {
    this.#file.add({ kind: 'created', event, epoch: 0 });
  }

  done({ id }: KeptEvent): void {
    this.#file.done(id);
  }

  /** Stores the events left by an earlier process. @returns their number */
  async storeLeft(
    store: Pick<EventRepository, 'insert' | 'get'>,
    view: (event: KeptEvent) => RuleEvent,
    deliveries: (event: RuleEvent, kind: 'created') => readonly NewDelivery[],
  ): Promise<number> {
    const { left } = this.#file;
    for (const { event } of left.values()) {
      const abandoned = asAbandoned(event);
      // That process may have ended after the insert and before `done`.
      if (!(await store.get(event.id))) await store.insert(abandoned, deliveries(view(abandoned), 'created'));
      this.#file.done(event.id);
    }
    return left.size;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
