import { expect, it } from 'vitest';
import { UploadLimit } from './upload-limit.js';

it('bounds uploads by their bytes, of one address and of all', () => {
  const limit = new UploadLimit({ maxBytes: 100, maxBytesPerAddress: 60 });
  const first = limit.begin('a', 50);
  expect(() => limit.begin('a', 11)).toThrow('at once');
  const second = limit.begin('a', 10);
  const third = limit.begin('b', 40);
  expect(() => limit.begin('c', 1)).toThrow(expect.objectContaining({ code: 'too_many_requests' }));
  first();
  limit.begin('a', 50)();
  second();
  third();
  expect(limit.bytes).toBe(0);
  limit.begin('a', 60)();
  expect(limit.bytes).toBe(0);
});
