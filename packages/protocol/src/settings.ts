import { z } from 'zod';

/** Where the value of a setting comes from. The settings page can change only `page` and `default`. */
export const SettingOrigin = z.object({
  from: z.enum(['command_line', 'environment', 'file', 'page', 'default']),
  name: z.string().optional().describe('Name of the flag or variable, or path of the file'),
  line: z.int().optional().describe('Line of the file'),
});
export type SettingOrigin = z.infer<typeof SettingOrigin>;

/** One setting of the server. */
export const Setting = z.object({
  key: z.string().describe('As in `lookout.yaml`, such as events.max_age_days'),
  value: z
    .union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])
    .describe('In effect; null: not set. Secrets read `***`'),
  description: z.string(),
  origin: SettingOrigin,
  changeable: z.boolean().describe('Whether `PATCH /api/settings` can change it'),
});
export type Setting = z.infer<typeof Setting>;

const MIB = 1024 * 1024;

export const Timezone = z.string().max(64).refine(isTimezone, 'expected a time zone like Europe/Berlin');
/** Age at which events are removed, days. */
export const EventAge = z.number().min(1).max(3650);
/** Disk space of the pictures of events, bytes. */
export const PictureSpace = z
  .int()
  .min(64 * MIB)
  .max(1024 * 1024 * MIB);

/** Base address of an OpenAI-compatible server. Without user and password, as viewers can see it. */
export const VlmUrl = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .refine((url) => !/^https?:\/\/[^/]*@/i.test(url), 'expected no user and password: set the API key instead');
export const VlmModel = z.string().trim().min(1).max(200);
export const VlmApiKey = z.string().trim().min(1).max(1000);

/** Body of `PATCH /api/settings`: what is omitted stays; null returns to the default. */
export const SettingsPatch = z.strictObject({
  timezone: Timezone.nullish(),
  events: z
    .strictObject({
      max_age_days: EventAge.nullish(),
      max_bytes: PictureSpace.nullish(),
    })
    .optional(),
  updates: z.strictObject({ daily: z.boolean().nullish() }).optional(),
  vlm: z
    .strictObject({ base_url: VlmUrl.nullish(), model: VlmModel.nullish(), api_key: VlmApiKey.nullish() })
    .optional(),
});
export type SettingsPatch = z.infer<typeof SettingsPatch>;

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
