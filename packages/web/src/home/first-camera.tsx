import { ChevronRight, Play, Plus, Smartphone } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { useCreateCamera } from '../api/queries.js';
import { t } from '../strings/index.js';
import { ErrorMessage } from '../ui/message.js';
import { StreetScene } from '../ui/street-scene.js';

const words = t.home.empty;

/** Before there is any camera: one press leads to a moving picture. */
export function FirstCamera() {
  const create = useCreateCamera();
  const navigate = useNavigate();
  // A promise, not the mutation's own callback: the new camera may be told first, and takes the place of this component.
  const tryDemo = () =>
    create.mutateAsync({ url: 'demo:street', name: words.demoName }).then(
      (camera) => navigate(`/cameras/${camera.id}`),
      () => undefined, // `create.error` is shown.
    );
  return (
    <div className="grid items-center gap-x-14 gap-y-10 py-10 phone:py-2 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.12fr)]">
      <div>
        <h1 className="text-34 text-balance phone:text-26">{words.title}</h1>
        <p className="mt-3 max-w-105 text-15 text-pretty text-muted">{words.text}</p>
        <div className="mt-7 grid gap-2.5">
          <Way icon={<Plus size={20} />} title={words.add} note={words.addNote} to="/add" />
          <Way
            icon={<Smartphone size={20} />}
            title={words.phone}
            note={words.phoneNote}
            to="/add?step=connect&way=phone"
          />
          <Way
            icon={<Play size={20} />}
            title={create.isPending ? words.startingDemo : words.demo}
            note={words.demoNote}
            disabled={create.isPending}
            onClick={() => void tryDemo()}
          />
        </div>
        <ErrorMessage error={create.error} className="mt-5" />
      </div>
      <figure className="relative">
        <StreetScene label={words.scene} />
        <figcaption className="absolute -bottom-7 left-6 rounded-lg border border-l-4 border-line border-l-warn-mark bg-raised px-4 py-3 shadow-3">
          <p className="font-strong">{words.example}</p>
          <p className="text-12 text-muted">{words.exampleNote}</p>
        </figcaption>
      </figure>
    </div>
  );
}

interface WayProps {
  icon: ReactNode;
  title: string;
  note: string;
  disabled?: boolean;
}

/** Leads to a page, or does something here. */
function Way({ icon, title, note, disabled, ...does }: WayProps & ({ to: string } | { onClick: () => void })) {
  const look =
    'flex items-center gap-4 rounded-lg border border-line bg-surface p-3.5 text-left shadow-1 transition-colors hover:border-line-strong disabled:opacity-60';
  const content = (
    <>
      <span
        aria-hidden="true"
        className="grid size-10 shrink-0 place-items-center rounded-md bg-accent-soft text-accent-text"
      >
        {icon}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block font-semibold">{title}</span>
        <span className="block text-13 text-muted">{note}</span>
      </span>
      <ChevronRight size={18} aria-hidden="true" className="shrink-0 text-muted" />
    </>
  );
  if ('to' in does)
    return (
      <Link className={look} to={does.to}>
        {content}
      </Link>
    );
  return (
    <button type="button" className={look} disabled={disabled} onClick={does.onClick}>
      {content}
    </button>
  );
}
