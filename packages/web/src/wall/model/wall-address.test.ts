import { describe, expect, it } from 'vitest';
import { kioskAddress, readAddress } from './wall-address.js';

const read = (search: string) => readAddress(new URLSearchParams(search));

describe('the address of a wall', () => {
  it('says nothing by itself', () => {
    expect(read('')).toEqual({ isKiosk: false, group: undefined, cameras: undefined, wake: undefined });
    expect(read('kiosk=yes&group=&wake=perhaps')).toEqual(read(''));
  });

  it('names a group of this browser', () => {
    expect(read('group=Back+yard&kiosk=1')).toMatchObject({ isKiosk: true, group: 'Back yard' });
  });

  it('names each camera once', () => {
    expect(read('cameras=yard,,hall,yard').cameras).toEqual(['yard', 'hall']);
  });

  it.each([
    { cameras: ['yard', 'hall-2'], wake: false },
    { cameras: undefined, wake: true },
  ])('for a screen carries %j along', (wanted) => {
    const address = kioskAddress('https://lookout.example/base', wanted);
    expect(address).toMatch(/^https:\/\/lookout\.example\/base\/wall\?kiosk=1/);
    expect(readAddress(new URL(address).searchParams)).toEqual({ isKiosk: true, group: undefined, ...wanted });
  });
});
