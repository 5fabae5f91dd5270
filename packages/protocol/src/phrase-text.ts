import { z } from 'zod';

/** The longest description that a model is asked to find, UTF-16 units. */
export const MAX_PHRASE_LENGTH = 200;

/** What somebody describes in words: "a red forklift". */
export const Phrase = z.string().trim().min(1).max(MAX_PHRASE_LENGTH);
