import { LookoutError, RequestError } from '@lookout/client';

/** What is told of a call that failed, in the words of somebody who sent a picture by hand. */
export interface TryProblem {
  title: string;
  advice: string;
}

/** @param error whatever was thrown by the SDK or while a picture was opened */
export function explainError(error: unknown): TryProblem {
  if (!(error instanceof LookoutError)) {
    return { title: 'This did not work', advice: error instanceof Error ? error.message : String(error) };
  }
  const advice = error.hint ?? '';
  switch (error.code) {
    case 'frame_too_large':
    case 'payload_too_large':
      return { title: 'The picture is too large', advice: `${sentence(error.message)} ${advice}`.trim() };
    case 'unsupported_media_type':
    case 'frame_invalid':
      return {
        title: 'This is not a picture the server can read',
        advice: advice || 'Choose a JPEG, a PNG or a WebP.',
      };
    case 'too_many_requests':
      return { title: 'The server is busy', advice: `${sentence(error.message)} Try again in a moment.` };
    case 'unavailable':
      return { title: 'The server does not answer', advice: `${sentence(error.message)} ${advice}`.trim() };
    case 'unauthorized':
    case 'forbidden':
      return { title: 'The server refused this page', advice: advice || 'Sign in again.' };
    case 'validation_failed':
      return isAboutPicture(error)
        ? { title: 'This is not a picture the server can read', advice: sentence(error.message) }
        : { title: 'The server refuses these settings', advice: sentence(error.message) };
    default:
      return { title: 'This did not work', advice: `${sentence(error.message)} ${advice}`.trim() };
  }
}

function isAboutPicture(error: LookoutError): boolean {
  return error instanceof RequestError && error.fields.some(({ field }) => field === 'image_data');
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
