import { useShareOrigin } from '../camera/share-link.js';
import { t } from '../strings/index.js';
import { CopyButton } from '../ui/button.js';
import { Switch } from '../ui/choice.js';
import { Dialog } from '../ui/dialog.js';
import { Prose } from '../ui/message.js';
import { kioskAddress } from './model/wall-address.js';

const words = t.wall.screen;

export interface ScreenDialogProps {
  /** Of what is shown: a group, or all cameras. */
  name: string;
  count: number;
  /** Ids that the address names; undefined: all cameras, also those to come. */
  cameras: readonly string[] | undefined;
  wake: boolean;
  onWake: (wake: boolean) => void;
  onClose: () => void;
}

/** How the wall behaves in full screen, and its address for another screen. */
export function ScreenDialog({ name, count, cameras, wake, onWake, onClose }: ScreenDialogProps) {
  const { origin, obstacle } = useShareOrigin();
  const address = kioskAddress(origin, { cameras, wake });
  return (
    <Dialog open onOpenChange={onClose} title={words.title} description={words.description}>
      <div className="space-y-5">
        <div>
          <Switch label={words.wake} checked={wake} onCheckedChange={onWake} />
          <p className="mt-1 text-13 text-pretty text-muted">{words.wakeText}</p>
        </div>
        <section>
          <h3 className="font-semibold">{words.address}</h3>
          <p className="mt-0.5 text-13 text-muted">{words.addressOf(name, count)}</p>
          <div className="mt-2 flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2">
            <code className="min-w-0 flex-1 font-mono text-13 break-all select-all">{address}</code>
            <CopyButton label={words.address} text={address} />
          </div>
          <p className="mt-2 text-13 text-pretty text-muted">{words.addressText}</p>
          <p className="mt-2 text-13 text-pretty text-muted">
            {obstacle === 'this-machine' ? <Prose text={words.thisMachine} /> : words.awake}
          </p>
        </section>
      </div>
    </Dialog>
  );
}
