/** The look of a link beside the title of a panel. */
export const ASIDE_LINK =
  'flex min-h-6 items-center text-13 font-medium text-accent-text hover:underline pointer-coarse:min-h-11';
