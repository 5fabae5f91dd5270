import { join } from 'node:path';

/** The checkout. */
export const root = join(import.meta.dirname, '../..');

/** Downloads that belong to the checkout, not to one server's data. */
export const cacheDirectory = join(root, '.lookout');
