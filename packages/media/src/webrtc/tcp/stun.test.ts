import { describe, expect, it } from 'vitest';
import { classes, Message, methods, parseMessage } from 'werift';
import { answeredTransaction, bindingRequest, readBindingRequest } from './stun.js';

const PASSWORD = 'a password of 22 bytes';

/** As another implementation writes them. */
function request(username: string, password = PASSWORD): Message {
  const message = new Message(methods.BINDING, classes.REQUEST);
  message.setAttribute('USERNAME', username).setAttribute('PRIORITY', 1);
  message.addMessageIntegrity(Buffer.from(password)).addFingerprint();
  return message;
}

describe('readBindingRequest', () => {
  it('tells for whom it is, and whether it is signed', () => {
    const read = readBindingRequest(request('ours:theirs').bytes);
    expect(read?.ufrag).toBe('ours');
    expect(read?.isSignedWith(PASSWORD)).toBe(true);
    expect(read?.isSignedWith('another')).toBe(false);
    const changed = request('ours:theirs').bytes;
    changed.write('x', 25);
    expect(readBindingRequest(changed)?.isSignedWith(PASSWORD)).toBe(false);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(100)],
    ['text', Buffer.from('GET / HTTP/1.1\r\nHost: somewhere.example\r\n\r\n')],
    ['a request that is cut short', request('ours:theirs').bytes.subarray(0, 40)],
    ['one with more behind it', Buffer.concat([request('ours:theirs').bytes, Buffer.alloc(4)])],
    ['one without a name', new Message(methods.BINDING, classes.REQUEST).bytes],
    ['one without a signature', new Message(methods.BINDING, classes.REQUEST).setAttribute('USERNAME', 'a:b').bytes],
    ['an answer', new Message(methods.BINDING, classes.RESPONSE).bytes],
    ['attributes longer than the packet', longAttribute()],
  ])('reads no request in %s', (_name, packet) => {
    expect(readBindingRequest(packet)).toBeUndefined();
  });
});

function longAttribute(): Buffer {
  const packet = new Message(methods.BINDING, classes.REQUEST).setAttribute('USERNAME', 'ours:theirs').bytes;
  packet.writeUInt16BE(0xffff, 22);
  return packet;
}

describe('bindingRequest', () => {
  it('is understood by another implementation, and its answer by us', () => {
    const { packet, transaction } = bindingRequest('theirs:ours', PASSWORD);
    const parsed = parseMessage(packet, Buffer.from(PASSWORD));
    expect(parsed?.getAttributeValue('USERNAME')).toBe('theirs:ours');
    expect(parsed?.getAttributeValue('FINGERPRINT')).toEqual(expect.any(Number));
    expect(parseMessage(packet, Buffer.from('another'))).toBeUndefined();
    const answer = new Message(methods.BINDING, classes.RESPONSE, parsed?.transactionId).bytes;
    expect(answeredTransaction(answer)).toBe(transaction);
    expect(answeredTransaction(packet)).toBeUndefined();
  });
});
