import { z } from 'zod';

/** Maximum length of a description, UTF-16 units. */
export const MAX_PHRASE_LENGTH = 200;

/** A description of something to look for: "a red forklift". */
export const Phrase = z.string().trim().min(1).max(MAX_PHRASE_LENGTH);
