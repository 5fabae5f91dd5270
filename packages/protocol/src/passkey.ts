import { z } from 'zod';

/** Maximum number of passkeys of one user. */
export const MAX_PASSKEYS = 20;

const base64url = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[\w-]*$/, 'expected base64url');

/** What browsers say of any passkey. They add fields of their own, which are ignored. */
const credential = {
  id: base64url(1400).min(1),
  rawId: base64url(1400),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}),
};
const clientDataJSON = base64url(8192);

/** What a browser answers to `GET /api/session/passkey`: `AuthenticationResponseJSON` of WebAuthn. */
export const PasskeyAssertion = z.object({
  ...credential,
  response: z.object({
    clientDataJSON,
    authenticatorData: base64url(8192),
    signature: base64url(8192),
    userHandle: base64url(100),
  }),
});
export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>;

/** What a browser answers to `POST /api/passkeys/options`: `RegistrationResponseJSON` of WebAuthn. */
export const PasskeyAttestation = z.object({
  ...credential,
  response: z.object({ clientDataJSON, attestationObject: base64url(32_768) }),
});
export type PasskeyAttestation = z.infer<typeof PasskeyAttestation>;

/** What a browser is asked for; its page passes it on. */
export const PasskeyOptions = z
  .looseObject({ challenge: z.string().describe('Valid once and for five minutes') })
  .describe(
    'Of WebAuthn: `PublicKeyCredentialRequestOptionsJSON` to sign in, `PublicKeyCredentialCreationOptionsJSON` to add',
  );
export type PasskeyOptions = z.infer<typeof PasskeyOptions>;

/** Entry of `GET /api/passkeys`. */
export const Passkey = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string().describe('The name of the server that it signs in to'),
  created_at: z.number(),
  last_used_at: z.number().optional().describe('When it last signed in; absent: never'),
});
export type Passkey = z.infer<typeof Passkey>;

/** What a person says of a new passkey. */
export const PasskeyName = z.strictObject({
  name: z.string().trim().min(1).max(100).describe('For the list, for example the device it is on'),
});

/** Body of `POST /api/passkeys`. */
export const NewPasskey = PasskeyName.extend({ response: PasskeyAttestation });
export type NewPasskey = z.infer<typeof NewPasskey>;
