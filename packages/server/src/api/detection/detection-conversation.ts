import { isUtf8 } from 'node:buffer';
import {
  DetectionClientMessage,
  type DetectionServerMessage,
  type ErrorCode,
  FrameId,
  LookoutError,
  type SessionSettings,
  type sessionSettings,
} from '@lookout/protocol';
import { z } from 'zod';
import { type DetectionSession, seconds } from '../../pipeline/sessions/detection-session.js';
import { decodeImageData, readClientImage } from '../../pipeline/sessions/image-data.js';
import { type BoundedJson, boundJson } from '../../platform/input/bounded-json.js';
import { describeIssue } from '../../platform/input/issues.js';

export interface DetectionConversationOptions {
  session: DetectionSession;
  /** Validates changes requested by the client. */
  settings: ReturnType<typeof sessionSettings>;
  send(message: DetectionServerMessage): void;
  /** A message without a frame was answered with an error. */
  onRefused?(): void;
  now(): number;
}

const messageTypes = DetectionClientMessage.options.map((option) => option.shape.type.value as string);

/** The server's side of `WS /stream/detection`. Independent of the socket: messages go in, replies go out through `send`. */
export class DetectionConversation {
  readonly #options: DetectionConversationOptions;

  constructor(options: DetectionConversationOptions) {
    this.#options = options;
  }

  /** @param message unchecked input */
  text(message: Buffer): void {
    if (!isUtf8(message)) {
      this.refuse('message_invalid', 'The text message is not valid UTF-8');
      return;
    }
    let value: unknown;
    let longTexts: BoundedJson['longTexts'];
    try {
      const json = boundJson(message);
      longTexts = json.longTexts;
      value = JSON.parse(json.text);
    } catch (error) {
      const reason = error instanceof LookoutError ? error.message : 'The text message is not valid JSON';
      this.refuse('message_invalid', reason);
      return;
    }
    const parsed = DetectionClientMessage.safeParse(value);
    if (!parsed.success) {
      this.#refuseValue(value, parsed.error);
      return;
    }
    const { send, now } = this.#options;
    switch (parsed.data.type) {
      case 'frame': {
        const { image_data, frame_id, timestamp } = parsed.data;
        this.#frame(frame_id, timestamp, () => decodeImageData(longTexts.get(image_data) ?? image_data));
        break;
      }
      case 'config':
        this.#configure(parsed.data.config);
        break;
      case 'ping':
        this.#options.session.touch();
        send({ type: 'pong', timestamp: seconds(now()) });
        break;
    }
  }

  /** @param message an image; the session may keep the buffer */
  binary(message: Buffer): void {
    this.#frame(undefined, undefined, () => message);
  }

  /** Replies to an invalid message. */
  refuse(code: ErrorCode, error: string, frameId?: FrameId): void {
    const { send, now, onRefused } = this.#options;
    onRefused?.();
    const named = frameId === undefined ? {} : { frame_id: frameId };
    send({ type: 'error', error, code, ...named, timestamp: seconds(now()) });
  }

  #frame(id: FrameId | undefined, timestampS: number | undefined, bytes: () => Uint8Array): void {
    const { session, send } = this.#options;
    session.offer({ id, timestampS, read: () => readClientImage(bytes()), answer: send });
  }

  #configure(change: Record<string, unknown>): void {
    const { session, settings, send } = this.#options;
    try {
      const checked: SessionSettings = settings.parse(change);
      send({ type: 'config', config: session.configure(checked) });
    } catch (error) {
      if (error instanceof LookoutError) this.refuse(error.code, withHint(error));
      else if (error instanceof z.ZodError) this.refuse('validation_failed', describe(error, change));
      else throw error;
    }
  }

  #refuseValue(value: unknown, error: z.ZodError): void {
    const { type, frame_id } =
      typeof value === 'object' && value !== null ? (value as { type?: unknown; frame_id?: unknown }) : {};
    if (typeof type !== 'string' || !messageTypes.includes(type)) {
      this.refuse('message_unknown', `Expected a message of type ${messageTypes.join(', ')}`);
      return;
    }
    const id = FrameId.safeParse(frame_id);
    this.refuse('message_invalid', `${type}: ${describe(error, value)}`, id.data);
  }
}

function withHint({ message, hint }: LookoutError): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}

/** Describes errors field by field: `fps_limit: expected at most 30, got 99; colour: unknown key`. */
function describe(error: z.ZodError, value: unknown): string {
  return error.issues
    .flatMap((issue) => describeIssue(issue, value))
    .map(({ path, message }) => (path ? `${path}: ${message}` : message))
    .join('; ')
    .slice(0, 1000);
}
