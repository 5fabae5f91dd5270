import { ImageQuery } from '../lib/schemas.js';
import { ASKED_FROM } from './kept-scores.js';
import { DEFAULT_SETTINGS, imageSettings, queryEntries, type TrySettings } from './try-settings.js';

/** What a link to the page holds: never a picture. */
export interface TryLink {
  settings: TrySettings;
  /** The model to compare with. */
  compared: string | undefined;
}

const COMPARED = 'compare';
const { shape } = ImageQuery;

/** The query of a link, with the names of the API: `confidence_threshold=0.3&model=roads&compare=nanodet`. */
export function linkQuery({ settings, compared }: TryLink): string {
  const entries = queryEntries(imageSettings(settings));
  return new URLSearchParams(compared === undefined ? entries : [...entries, [COMPARED, compared]]).toString();
}

/** Reads such a query. What is unknown, or not allowed, is left at its default. */
export function readLink(query: URLSearchParams): TryLink {
  const read = Object.entries(shape).flatMap(([name, schema]) => {
    const { success, data } = schema.safeParse(query.get(name) ?? undefined);
    return success && data !== undefined ? [[name, data]] : [];
  });
  const settings: TrySettings = { ...DEFAULT_SETTINGS, ...Object.fromEntries(read) };
  const compared = shape.model.safeParse(query.get(COMPARED) ?? undefined);
  return {
    settings: { ...settings, confidence_threshold: Math.max(ASKED_FROM, settings.confidence_threshold) },
    compared: compared.success ? compared.data : undefined,
  };
}
