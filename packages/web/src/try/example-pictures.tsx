import { serverUrl } from '../api/client.js';
import { useCameras } from '../api/queries.js';
import { tryWords as words } from '../strings/try.js';
import { TryError } from './outcome.js';
import type { Source } from './picture-shelf.js';

/** Maximum number of cameras offered as a source of a picture. */
const MAX_OFFERED_CAMERAS = 3;

interface Example {
  /** Of the picture once it is taken. */
  name: string;
  url: string;
}

/** Their authors and licences stand beside them. */
const EXAMPLES: readonly Example[] = [
  { name: words.examples.astronaut, url: new URL('./examples/astronaut.jpg', import.meta.url).href },
  { name: words.examples.cat, url: new URL('./examples/chelsea.jpg', import.meta.url).href },
  { name: words.examples.coffee, url: new URL('./examples/coffee.jpg', import.meta.url).href },
];

export interface ExamplePicturesProps {
  onPicture: (picture: Source) => void;
  onError: (error: unknown) => void;
}

/** Pictures to try with a click: what the cameras see now, and some that come with the page. */
export function ExamplePictures(props: ExamplePicturesProps) {
  const { data: cameras = [] } = useCameras();
  const live = cameras.filter(({ state }) => state === 'live').slice(0, MAX_OFFERED_CAMERAS);
  return (
    <section aria-label={words.examples.label} className="border-t border-line p-3">
      <p className="mb-2 text-13 font-strong">{words.examples.label}</p>
      <ul className="flex gap-2.5 overflow-x-auto p-0.5">
        {live.map(({ id, name }) => (
          <ExampleButton
            key={id}
            example={{ name, url: `${serverUrl}/api/cameras/${encodeURIComponent(id)}/snapshot.jpg` }}
            {...props}
          />
        ))}
        {EXAMPLES.map((example) => (
          <ExampleButton key={example.url} example={example} {...props} />
        ))}
      </ul>
    </section>
  );
}

function ExampleButton({ example: { name, url }, onPicture, onError }: ExamplePicturesProps & { example: Example }) {
  const take = async () => {
    const response = await fetch(url);
    if (!response.ok) throw new TryError({ title: words.noneFrom(name), advice: words.chooseOther });
    onPicture({ blob: await response.blob(), name });
  };
  return (
    <li className="shrink-0">
      <button
        type="button"
        aria-label={words.takeFrom(name)}
        className="block w-28 rounded-md border border-line text-left hover:border-line-strong"
        onClick={() => void take().catch(onError)}
      >
        <img src={url} alt="" className="h-18 w-full rounded-t-md bg-picture object-cover" />
        <span className="block truncate px-2 py-1.5 text-13">{name}</span>
      </button>
    </li>
  );
}
