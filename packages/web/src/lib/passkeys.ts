import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { lookout } from '../api/client.js';

// Loaded by the first who uses a passkey.
const webauthn = () => import('@simplewebauthn/browser');

/** Signs in with a passkey that the person chooses. @throws Error in the browser's words; see `passkey-obstacle.ts` */
export async function signInWithPasskey(): Promise<void> {
  const [{ startAuthentication }, options] = await Promise.all([webauthn(), lookout.session.passkeyOptions()]);
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  const { response, ...credential } = await startAuthentication({ optionsJSON });
  await lookout.session.signInWithPasskey({
    ...credential,
    clientExtensionResults: {},
    response: { ...response, userHandle: response.userHandle ?? '' },
  });
}

/** Makes a passkey on this device, or another that the browser offers, and adds it. @throws Error, as above */
export async function addPasskey(name: string): Promise<void> {
  const [{ startRegistration }, options] = await Promise.all([webauthn(), lookout.passkeys.options()]);
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  const response = await startRegistration({ optionsJSON });
  await lookout.passkeys.add(name, { ...response, clientExtensionResults: {} });
}
