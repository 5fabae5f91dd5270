import { expect, it } from 'vitest';
import { faultIn, providerLink } from './provider.js';

it('knows what went wrong, and nothing else', () => {
  expect(faultIn('?sign-in=no_role')).toBe('no_role');
  expect(faultIn('?sign-in=constructor')).toBeUndefined();
  expect(faultIn('?join=failed')).toBeUndefined();
});

it('leads back to the page that was asked for, without what went wrong before', () => {
  const page = { pathname: '/lookout/cameras/yard', search: '?tab=live' };
  expect(providerLink(page, '/lookout')).toBe('/lookout/oidc/sign-in?to=%2Fcameras%2Fyard%3Ftab%3Dlive');
  expect(providerLink({ pathname: '/', search: '?sign-in=failed' }, '')).toBe('/oidc/sign-in?to=%2F');
});
