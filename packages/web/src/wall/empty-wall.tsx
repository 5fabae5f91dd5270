import { LayoutGrid } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../api/queries.js';
import { t } from '../strings/index.js';
import { buttonClasses } from '../ui/button.js';
import type { WallAddress } from './model/wall-address.js';
import type { WallGroup } from './model/wall-setup.js';

const words = t.wall.empty;

/** Why there is nothing on the wall, and what to do. */
export function EmptyWall({ address, group }: { address: WallAddress; group: WallGroup | undefined }) {
  const may = useMay();
  const isOfAll = address.cameras === undefined && address.group === undefined;
  const [title, text] = reasonOf(address, group);
  return (
    <div className="mx-auto grid max-w-md justify-items-center px-4 py-24 text-center">
      <span className="grid size-12 place-items-center rounded-full bg-sunken text-muted">
        <LayoutGrid size={22} aria-hidden="true" />
      </span>
      <p className="mt-4 text-20">{title}</p>
      <p className="mt-2 text-pretty text-muted">{text}</p>
      {!address.isKiosk && (isOfAll ? may.manage : true) && (
        <Link to={isOfAll ? '/' : '/wall'} className={buttonClasses('primary', 'mt-5')}>
          {isOfAll ? words.home : t.wall.all}
        </Link>
      )}
    </div>
  );
}

function reasonOf({ cameras, group: name }: WallAddress, group: WallGroup | undefined): [string, string] {
  if (cameras) return [words.chosen, words.chosenText];
  if (name === undefined) return [words.title, words.text];
  return group ? [words.group(name), words.groupText] : [words.unknown(name), words.unknownText];
}
