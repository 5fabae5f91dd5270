import type { Logger } from 'pino';
import type { Settings } from '../../platform/config/settings.js';
import type { LanguageModel } from '../rules/language-model.js';

/** The language model that helps with sentences; undefined: none is set. */
export async function openLanguageModel(
  { base_url: baseUrl, api_key: apiKey, model }: Settings['language_model'],
  logger: Logger,
): Promise<LanguageModel | undefined> {
  if (baseUrl === undefined) return undefined;
  // Loaded only where it is used, as it and its HTTP client are slow to load.
  const { LanguageModel } = await import('../rules/language-model.js');
  const onFault = (reason: string) => logger.warn({ reason }, 'the language model could not be asked');
  return new LanguageModel({ baseUrl, apiKey, model, onFault });
}
