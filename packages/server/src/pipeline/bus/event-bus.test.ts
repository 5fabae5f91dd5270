import type { ModeState } from '@lookout/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { EventBus } from './event-bus.js';

let counted: number;
/** Topic, message and number of exceptions. */
let logged: unknown[];
let nowMs: number;
let bus: EventBus;
beforeEach(() => {
  counted = 0;
  logged = [];
  nowMs = 0;
  bus = new EventBus({
    count: () => void counted++,
    log: (topic, error, count) => logged.push([topic, (error as Error).message, count]),
    now: () => nowMs,
  });
});
const home: ModeState = { mode: 'home' };

describe('EventBus', () => {
  it('tells every listener of a topic, in order, before it returns', () => {
    const heard: string[] = [];
    bus.on('mode', ({ mode }) => heard.push(`first ${mode}`));
    const off = bus.on('mode', ({ mode }) => heard.push(`second ${mode}`));
    bus.on('track', () => heard.push('another topic'));
    bus.emit('mode', home);
    off();
    off();
    bus.emit('mode', { mode: 'away' });
    expect(heard).toEqual(['first home', 'second home', 'first away']);
  });

  it('keeps a listener’s exception from the publisher and from other listeners', () => {
    const heard: ModeState[] = [];
    bus.on('mode', () => {
      throw new Error('a mistake');
    });
    bus.on('mode', (state) => heard.push(state));
    bus.emit('mode', home);
    expect(heard).toEqual([home]);
    expect(logged).toEqual([['mode', 'a mistake', 1]]);
  });

  it('counts every exception and logs few', () => {
    bus.on('mode', ({ mode }) => {
      throw new Error(`not ${mode}`);
    });
    for (nowMs = 0; nowMs < 20_000; nowMs += 100) bus.emit('mode', home);
    expect(counted).toBe(200);
    expect(logged).toEqual([
      ['mode', 'not home', 1],
      ['mode', 'not home', 100],
    ]);
  });

  it('counts one function that subscribes twice as two', () => {
    let calls = 0;
    const listener = () => void calls++;
    const off = bus.on('mode', listener);
    bus.on('mode', listener);
    bus.emit('mode', home);
    off();
    bus.emit('mode', home);
    expect(calls).toBe(3);
  });

  it('does not tell a listener that another has just unsubscribed', () => {
    const heard: string[] = [];
    bus.on('mode', () => offSecond());
    const offSecond = bus.on('mode', () => heard.push('second'));
    bus.emit('mode', home);
    expect(heard).toEqual([]);
  });

  it('refuses more listeners than it may have, and takes others once some are gone', () => {
    const offs = Array.from({ length: 10_000 }, () => bus.on('mode', () => undefined));
    expect(() => bus.on('mode', () => undefined)).toThrow(expect.objectContaining({ code: 'unavailable' }));
    bus.on('rule', () => undefined);
    offs[0]?.();
    bus.on('mode', () => undefined);
  });
});
