import { config } from 'zod';

// The pages' content security policy forbids code from strings. zod detects that by trying, which browsers report.
config({ jitless: true });

/** The schemas that pages check input with. They and zod are loaded with the first page that does, not with the home page. */
export {
  ApiKeyScope,
  CameraPatch,
  Count,
  ImageQuery,
  ImageSettings,
  Lines,
  Masks,
  NewApiKey,
  NewCamera,
  NewUser,
  PasskeyName,
  PasswordChange,
  ProbeRequest,
  Rule,
  ScheduleWindow,
  SettingsPatch,
  Severity,
  SharedQuality,
  UserChange,
  Zones,
} from '@lookout/protocol';
