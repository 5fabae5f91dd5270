import { BlockList, isIP } from 'node:net';
import { ApiKeyScope } from '@lookout/protocol';
import { z } from 'zod';

const MAX_GROUPS = 200;

const Roles = z
  .record(z.string().min(1).max(200), ApiKeyScope)
  .refine((roles) => Object.keys(roles).length <= MAX_GROUPS, `expected at most ${MAX_GROUPS} groups`)
  .default({});

const OidcSettings = z
  .strictObject({
    issuer: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .refine(isPrivate, 'expected https://; http:// only for a provider on this machine')
      .optional()
      .describe(
        'Address of the OpenID Connect provider, as it names itself, such as https://auth.example.org; absent: none',
      ),
    client_id: z.string().min(1).max(500).optional().describe('Name of Lookout there'),
    client_secret: z.string().min(1).max(4096).optional().describe('Its secret there; absent: a public client'),
    client_secret_file: z.string().min(1).max(4096).optional().describe('File that contains the secret'),
    scopes: z
      .array(
        z
          .string()
          .max(200)
          .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'expected a scope, such as groups'),
      )
      .max(20)
      .default(['openid', 'profile', 'groups'])
      .describe('What is asked of the provider; `openid` is always'),
    groups_claim: z.string().min(1).max(200).default('groups').describe('Claim with the groups of a person'),
    roles: Roles.describe(
      'Roles by group; `*` is everybody whom the provider signs in. Of several, the highest counts',
    ),
    name: z.string().trim().min(1).max(60).optional().describe('What the sign-in page calls it; absent: its host'),
  })
  .refine(({ issuer, client_id }) => issuer === undefined || client_id !== undefined, {
    path: ['client_id'],
    message: 'expected the name of Lookout at the issuer',
  })
  .refine(({ issuer, roles }) => issuer === undefined || Object.keys(roles).length > 0, {
    path: ['roles'],
    message: 'expected at least one group with a role, such as { lookout-admins: admin }',
  })
  .prefault({});

const headerName = z
  .string()
  .max(64)
  .toLowerCase()
  .regex(/^[a-z][a-z0-9-]*$/, 'expected the name of a header, such as Remote-User');

/** Who signs people in besides this server. */
export const AuthSettings = z
  .strictObject({
    proxy: z
      .strictObject({
        from: z
          .array(z.string().max(64).refine(isAddressRange, 'expected an address or range, such as 10.0.0.2/32'))
          .max(32)
          .default([])
          .describe('Addresses of the proxies that sign people in, such as 10.0.0.2/32; none by default'),
        user_header: headerName.default('remote-user').describe('Header in which such a proxy names the user'),
        groups_header: headerName
          .default('remote-groups')
          .describe('Header with the user’s groups, separated by commas'),
        roles: Roles.describe('Roles by group; `*` is everybody whom the proxy names. Of several, the highest counts'),
      })
      .refine(({ from, roles }) => from.length === 0 || Object.keys(roles).length > 0, {
        path: ['roles'],
        message: 'expected at least one group with a role, such as { lookout-admins: admin }',
      })
      .prefault({}),
    oidc: OidcSettings,
  })
  .prefault({});
export type AuthSettings = z.infer<typeof AuthSettings>;

/** Whether nobody on the way can read or change what is exchanged with an address. */
function isPrivate(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(hostname);
}

/** The role of somebody in these groups: of several, the highest. @returns undefined: none */
export function roleOf(groups: readonly string[], roles: AuthSettings['proxy']['roles']): ApiKeyScope | undefined {
  const given = new Set(['*', ...groups].map((group) => (Object.hasOwn(roles, group) ? roles[group] : undefined)));
  return ApiKeyScope.options.find((role) => given.has(role));
}

/** Addresses and ranges, as in `10.0.0.0/8`. */
export function addressList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
}
