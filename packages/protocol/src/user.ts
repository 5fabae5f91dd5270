import { z } from 'zod';
import { ApiKeyScope } from './api-key.js';
import { CameraId } from './camera.js';

/** Characters of a password. */
export const PASSWORD_LENGTH = { min: 8, max: 256 } as const;

export const Password = z
  .string()
  .min(PASSWORD_LENGTH.min)
  .max(PASSWORD_LENGTH.max)
  .describe(`${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} characters`);

export const UserName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,63}$/u, 'expected up to 64 letters, digits, and . _ @ + -, without spaces')
  .describe('To sign in with; unique, in small letters');

const cameras = z.array(CameraId).max(256);

/** Entry of `GET /api/users`. */
export const User = z.object({
  id: z.string(),
  name: z.string(),
  display_name: z.string(),
  role: ApiKeyScope,
  cameras: z.array(CameraId).optional().describe('The only cameras this person sees; default: all'),
  disabled: z.boolean().describe('Whether this person can’t sign in'),
  identity: z
    .object({ issuer: z.string(), subject: z.string() })
    .optional()
    .describe(
      'Who vouches for this person, and under which name: `proxy`, or the address of an OpenID Connect provider. Name and role come from there. Absent: the account is of this server',
    ),
  has_password: z.boolean(),
  created_at: z.number(),
  last_seen_at: z.number().optional().describe('When one of the sessions was last used; absent: there are none'),
});
export type User = z.infer<typeof User>;

const displayName = z.string().trim().max(100);

/** Only operators and viewers may be limited to some cameras. */
export function limitsCameras(role: ApiKeyScope): boolean {
  return role === 'operator' || role === 'viewer';
}

/** Body of `POST /api/users`. */
export const NewUser = z
  .strictObject({
    name: UserName,
    display_name: displayName.optional().describe('Default: the name'),
    role: ApiKeyScope,
    cameras: cameras.min(1).optional().describe('For operators and viewers only; default: all cameras'),
    password: Password.optional().describe('Default: none, so that nobody can sign in with one'),
  })
  .refine(({ role, cameras }) => cameras === undefined || limitsCameras(role), {
    path: ['cameras'],
    message: 'only operators and viewers can be limited to some cameras',
  });
export type NewUser = z.infer<typeof NewUser>;

/** Body of `PATCH /api/users/:id`. Omitted fields stay unchanged. */
export const UserChange = z.strictObject({
  name: UserName.optional(),
  display_name: displayName.optional(),
  role: ApiKeyScope.optional(),
  cameras: cameras.nullable().optional().describe('null: all cameras'),
  disabled: z.boolean().optional(),
  password: Password.optional().describe('Ends the sessions of this person and removes the passkeys'),
});
export type UserChange = z.infer<typeof UserChange>;

/** Body of `PUT /api/users/me/password`. */
export const PasswordChange = z.strictObject({
  current: z.string().max(PASSWORD_LENGTH.max).describe('The password as it is now'),
  password: Password,
});
export type PasswordChange = z.infer<typeof PasswordChange>;

/** Entry of `GET /api/sessions`: a browser that is signed in. */
export const SignedInDevice = z.object({
  id: z.string(),
  user: z.object({ id: z.string(), name: z.string(), display_name: z.string() }).optional(),
  key: z.object({ id: z.string(), name: z.string() }).optional().describe('The API key that opened it'),
  browser: z.string().describe('As "Firefox"; empty if unknown'),
  system: z.string().describe('As "Windows"; empty if unknown'),
  created_at: z.number(),
  last_seen_at: z.number().describe('To within a minute'),
  expires_at: z.number(),
  current: z.boolean().describe('Whether it is the session of this request'),
});
export type SignedInDevice = z.infer<typeof SignedInDevice>;
