import { describe, expect, it } from 'vitest';
import { FakeSocket } from '../testing/fake-socket.js';
import { Connection, type Lost } from './socket.js';

async function start() {
  const socket = new FakeSocket('ws://test');
  const heard: unknown[] = [];
  const lost: Lost[] = [];
  const connection = new Connection(async () => socket, socket.url, 5, {
    onOpen: () => heard.push('open'),
    onMessage: (data) => heard.push(data),
    onLost: (end) => lost.push(end),
  });
  await Promise.resolve();
  return { socket, connection, heard, lost };
}

describe('Connection', () => {
  it('hands texts and bytes on, and sends while it is open only', async () => {
    const { socket, connection, heard } = await start();
    expect(connection.send('{"early":1}')).toBe(false);
    socket.open();
    const bytes = new ArrayBuffer(2);
    socket.onmessage?.({ data: 'text' });
    socket.onmessage?.({ data: bytes });
    socket.onmessage?.({ data: new Blob() });
    expect(heard).toEqual(['open', 'text', bytes]);
    expect(connection.send('{"now":1}')).toBe(true);
    expect(socket.sent).toEqual([{ now: 1 }]);
    expect([connection.isOpen, connection.wasOpen, connection.startedAt]).toEqual([true, true, 5]);
  });

  it('tells of its end once, with what is known of it', async () => {
    const { socket, connection, lost } = await start();
    socket.open();
    socket.lose(1012, 'restarting');
    socket.lose();
    expect(lost).toEqual([{ code: 1012, said: 'restarting', wasOpen: true }]);
    expect([connection.isOpen, connection.wasOpen]).toEqual([false, true]);
  });

  it('tells nothing after it is closed, and leaves no socket open that comes later', async () => {
    const { socket, connection, heard, lost } = await start();
    connection.close();
    socket.open();
    socket.lose();
    expect([heard, lost, socket.readyState]).toEqual([[], [], 3]);

    const late = new FakeSocket('ws://test');
    const closed = new Connection(async () => late, late.url, 0, {
      onOpen: () => heard.push('open'),
      onMessage: () => {},
      onLost: (end) => lost.push(end),
    });
    closed.close();
    await Promise.resolve();
    late.open();
    expect([heard, lost, late.readyState]).toEqual([[], [], 3]);
  });

  it('is lost where no socket can be made', async () => {
    const lost: Lost[] = [];
    new Connection(() => Promise.reject(new Error('no such host')), 'ws://test', 0, {
      onOpen: () => {},
      onMessage: () => {},
      onLost: (end) => lost.push(end),
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(lost).toEqual([{ code: 0, said: 'no such host', wasOpen: false }]);
  });
});
