import { expect, it } from 'vitest';
import { hasVnni } from './integer-support.js';

it.each([
  ['avx2 fma avx512f avx512_vnni amx_int8', true],
  ['avx2 fma avx_vnni', true],
  ['avx2 fma avx512f', false],
  ['', false],
])('tells from the flags "%s" whether bytes are multiplied exactly', (flags, exact) => {
  expect(hasVnni(`processor\t: 0\nmodel name\t: avx_vnni in name only\nflags\t\t: fpu ${flags}\nbugs\t\t:\n`)).toBe(
    exact,
  );
});
