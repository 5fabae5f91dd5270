import type { CameraConfig } from '@lookout/protocol';

/** What a change of a camera's configuration calls for. */
export interface ConfigChange {
  /** Its stream is another one. */
  readonly scene: boolean;
  /** The connection that is analysed is to be opened again. */
  readonly source: boolean;
  /** So is that of the main stream beside it. */
  readonly main: boolean;
}

/** The address of the stream that is analysed. */
export function addressOf({ url, sub_url }: CameraConfig): string | undefined {
  return sub_url ?? url;
}

export function configChange(before: CameraConfig, after: CameraConfig): ConfigChange {
  const scene = addressOf(before) !== addressOf(after);
  const reopens = before.tls_pin !== after.tls_pin || before.enabled !== after.enabled;
  const loops = ({ loop }: CameraConfig) => loop ?? true;
  const mainOf = ({ url, sub_url }: CameraConfig) => sub_url && url;
  return {
    scene,
    source: reopens || scene || loops(before) !== loops(after),
    main: reopens || mainOf(before) !== mainOf(after),
  };
}
