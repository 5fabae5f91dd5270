import type { Camera } from '@lookout/protocol';
import { settingsWords } from '../strings/settings.js';

const words = settingsWords.keys;

export interface CameraChoiceProps {
  cameras: readonly Camera[];
  chosen: readonly string[];
  onChange: (ids: string[]) => void;
}

/** The only cameras a key or a person gets to see; none chosen: all. */
export function CameraChoice({ cameras, chosen, onChange }: CameraChoiceProps) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{words.onlyCameras}</legend>
      <div className="max-h-40 space-y-1 overflow-y-auto">
        {cameras.map(({ id, name }) => (
          <label key={id} className="flex min-h-9 items-center gap-2.5 pointer-coarse:min-h-11">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={chosen.includes(id)}
              onChange={({ target }) =>
                onChange(target.checked ? [...chosen, id] : chosen.filter((other) => other !== id))
              }
            />
            {name}
          </label>
        ))}
      </div>
      <p className="mt-1 text-13 text-muted">{words.onlyCamerasHint}</p>
    </fieldset>
  );
}
