/** What can go wrong at a provider, as the address of the sign-in page says it. */
export const PROVIDER_FAULTS = ['unreachable', 'failed', 'cancelled', 'expired', 'no_role', 'kept_out'] as const;
export type ProviderFault = (typeof PROVIDER_FAULTS)[number];

/** Why the provider’s sign-in came to nothing; undefined: nobody has tried. @param search of the page's address */
export function faultIn(search: string): ProviderFault | undefined {
  const given = new URLSearchParams(search).get('sign-in');
  return PROVIDER_FAULTS.find((fault) => fault === given);
}

/**
 * Where the sign-in by the provider begins, so that it ends at the page of an address.
 * @param basePath under which a proxy serves the server, without a slash at its end
 */
export function providerLink({ pathname, search }: Pick<Location, 'pathname' | 'search'>, basePath: string): string {
  const to = pathname.slice(basePath.length) + (faultIn(search) === undefined ? search : '');
  return `${basePath}/oidc/sign-in?${new URLSearchParams({ to })}`;
}
