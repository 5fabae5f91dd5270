import { SignInDevice } from './sign-in-device.js';

/** How phones and other devices reach this server. */
export function NetworkSection() {
  return <SignInDevice />;
}
