/** Every error code of Lookout, with its HTTP status and whether retrying can help. Codes are never reused. */
export const ERROR_CODES = {
  // request
  bad_request: { status: 400, retryable: false },
  validation_failed: { status: 400, retryable: false },
  unauthorized: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  request_timeout: { status: 408, retryable: true },
  conflict: { status: 409, retryable: false },
  payload_too_large: { status: 413, retryable: false },
  uri_too_long: { status: 414, retryable: false },
  unsupported_media_type: { status: 415, retryable: false },
  upgrade_required: { status: 426, retryable: false },
  too_many_requests: { status: 429, retryable: true },
  headers_too_large: { status: 431, retryable: false },
  internal: { status: 500, retryable: true },
  unavailable: { status: 503, retryable: true },
  // cameras and sources
  camera_unreachable: { status: 502, retryable: true },
  camera_refused: { status: 502, retryable: true },
  camera_unauthorized: { status: 502, retryable: false },
  camera_not_found: { status: 502, retryable: true },
  camera_unsupported: { status: 502, retryable: false },
  camera_stalled: { status: 504, retryable: true },
  camera_closed: { status: 502, retryable: true },
  camera_off: { status: 409, retryable: false },
  source_protocol_error: { status: 502, retryable: true },
  // pictures
  frame_invalid: { status: 422, retryable: false },
  frame_too_large: { status: 413, retryable: false },
  frame_gone: { status: 503, retryable: true },
  // messages on sockets
  message_invalid: { status: 400, retryable: false },
  message_unknown: { status: 400, retryable: false },
  // publishers
  replaced: { status: 409, retryable: false },
  revoked: { status: 401, retryable: false },
  // detection sessions
  session_closed: { status: 410, retryable: false },
  session_lost: { status: 410, retryable: false },
  events_lost: { status: 410, retryable: false },
  // rules
  rule_not_understood: { status: 422, retryable: false },
  // models
  model_not_found: { status: 404, retryable: false },
  model_invalid: { status: 422, retryable: false },
  model_unsupported: { status: 422, retryable: false },
  model_download_failed: { status: 502, retryable: true },
  model_checksum_mismatch: { status: 502, retryable: false },
  model_memory_full: { status: 503, retryable: true },
  model_timeout: { status: 504, retryable: false },
  no_model_for_this: { status: 409, retryable: false },
  licence_not_accepted: { status: 403, retryable: false },
  segment_gone: { status: 410, retryable: false },
  inference_failed: { status: 500, retryable: true },
  // machine
  unsupported: { status: 501, retryable: false },
  lease_lost: { status: 409, retryable: false },
  backup_invalid: { status: 422, retryable: false },
  storage_failed: { status: 503, retryable: true },
  config_invalid: { status: 400, retryable: false },
  port_in_use: { status: 503, retryable: false },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface LookoutErrorOptions {
  /** What to try, in one sentence, for the user. */
  hint?: string;
  /** The invalid fields of the request, if the error is about fields. */
  errors?: readonly { field: string; message: string }[];
  /** Ids of the rules that the refused change would break. */
  rules?: readonly string[];
  /** Whole seconds until a retry may succeed. */
  retryAfterS?: number;
  cause?: unknown;
}

/** A failure from outside the program (a camera, a client, a file). Programming mistakes remain `TypeError`/`RangeError`. */
export class LookoutError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly errors: LookoutErrorOptions['errors'];
  readonly rules: LookoutErrorOptions['rules'];
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, message: string, options: LookoutErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LookoutError';
    this.code = code;
    this.hint = options.hint;
    this.errors = options.errors;
    this.rules = options.rules;
    this.retryAfterS = options.retryAfterS;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }

  /** The HTTP status of this error. */
  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}
