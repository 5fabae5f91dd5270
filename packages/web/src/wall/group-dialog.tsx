import type { Camera } from '@lookout/protocol';
import { useState } from 'react';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { Switch } from '../ui/choice.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { groupProblem, MAX_GROUPS, MAX_NAME_LENGTH, type WallGroup, withGroup } from './model/wall-setup.js';

const words = t.wall.group;

export interface GroupDialogProps {
  groups: readonly WallGroup[];
  /** The group that is changed; undefined: a new one. */
  group: WallGroup | undefined;
  cameras: readonly Camera[];
  /** @param shown name of the group to show now; undefined: all cameras */
  onChange: (groups: readonly WallGroup[], shown: string | undefined) => void;
  onClose: () => void;
}

/** Names a group and puts cameras into it. */
export function GroupDialog({ groups, group, cameras, onChange, onClose }: GroupDialogProps) {
  const [name, setName] = useState(group?.name ?? '');
  const [chosen, setChosen] = useState(() => new Set(group?.cameras));
  const [isTried, setTried] = useState(false);
  const wanted = { name: name.trim(), cameras: cameras.flatMap(({ id }) => (chosen.has(id) ? id : [])) };
  const problem = isTried ? groupProblem(groups, wanted, group?.name) : undefined;
  const isOfName = problem === 'nameMissing' || problem === 'nameTaken';
  const toggle = (id: string, isIn: boolean) => {
    const next = new Set(chosen);
    if (isIn) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const close = (next: WallGroup | undefined) => {
    onChange(withGroup(groups, group?.name, next), next?.name);
    onClose();
  };
  return (
    <Dialog open onOpenChange={onClose} title={group ? words.change : words.title}>
      <form
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (groupProblem(groups, wanted, group?.name) === undefined) close(wanted);
        }}
      >
        <TextField
          label={words.name}
          name="group"
          placeholder={words.namePlaceholder}
          maxLength={MAX_NAME_LENGTH}
          value={name}
          onChange={setName}
          error={isOfName ? words[problem] : undefined}
        />
        <fieldset>
          <legend className="mb-1.5 text-13 font-strong">{words.cameras}</legend>
          <ul className="max-h-64 divide-y divide-line overflow-y-auto rounded-md border border-line px-3">
            {cameras.map((camera) => (
              <li key={camera.id} className="flex min-h-11 items-center">
                <Switch
                  label={camera.name}
                  checked={chosen.has(camera.id)}
                  onCheckedChange={(isIn) => toggle(camera.id, isIn)}
                />
              </li>
            ))}
          </ul>
        </fieldset>
        {problem && !isOfName && (
          <p role="alert" className="text-13 text-bad">
            {problem === 'tooMany' ? words.tooMany(MAX_GROUPS) : words.camerasMissing}
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          {group && (
            <Button variant="danger" className="mr-auto" onClick={() => close(undefined)}>
              {words.remove}
            </Button>
          )}
          <Button type="submit" variant="primary">
            {words.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
