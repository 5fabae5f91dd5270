import type { Camera, SearchAnswer, SearchResult } from '@lookout/protocol';
import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, Search } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { basePath, lookout } from '../../api/client.js';
import { useCameras, useMay } from '../../api/queries.js';
import { cropAround } from '../../lib/crop.js';
import { useTitle } from '../../lib/hooks.js';
import { t } from '../../strings/index.js';
import { searchWords as words } from '../../strings/search.js';
import { Badge, type Tone } from '../../ui/badge.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { ErrorMessage, Problem, Warning } from '../../ui/message.js';
import { PageHead } from '../../ui/page-head.js';
import { Skeleton } from '../../ui/skeleton.js';
import { StillPicture } from '../../ui/still-picture.js';

const NO_CAMERAS: Camera[] = [];
const MAX_LENGTH = 200;
const ASPECT = 16 / 10;
/** Share of the view's height that the object fills. The picture may be from a moment before or after. */
const OBJECT_SHARE = 0.4;
const CARDS = 'grid grid-cols-[repeat(auto-fill,minmax(min(100%,15rem),1fr))] gap-4';
const TONES: Record<SearchResult['certainty'], Tone> = { likely: 'good', possible: 'warn', guess: 'muted' };

/** Search by description for objects that cameras have shown: best first, with their certainty. */
export default function SearchPage() {
  useTitle(words.page);
  const [query, setQuery] = useSearchParams();
  const text = (query.get('for') ?? '').trim().slice(0, MAX_LENGTH);
  const { data, error, isFetching } = useQuery({
    queryKey: ['search', text],
    queryFn: ({ signal }) => lookout.events.search({ text }, { signal }),
    enabled: text !== '',
    retry: false,
    // Results are soon outdated: cameras keep adding objects.
    gcTime: 0,
  });
  return (
    <>
      <Link to="/events" className={buttonClasses('ghost', '-ml-3 mb-2')}>
        <ChevronLeft size={16} aria-hidden="true" />
        {words.back}
      </Link>
      <PageHead title={words.page} note={words.note} />
      <Field key={text} text={text} isBusy={isFetching} onSearch={(wanted) => setQuery({ for: wanted })} />
      <Failure error={error} />
      {isFetching && !data && <Skeleton count={6} className={CARDS} part="aspect-4/3" />}
      {data && <Answer answer={data} text={text} />}
    </>
  );
}

function Field({ text, isBusy, onSearch }: { text: string; isBusy: boolean; onSearch(text: string): void }) {
  const [wanted, setWanted] = useState(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted.trim() !== '') onSearch(wanted.trim());
  };
  return (
    <form className="mb-6 flex max-w-xl items-end gap-2" onSubmit={submit}>
      <div className="min-w-0 flex-1">
        <TextField
          label={words.field}
          value={wanted}
          onChange={setWanted}
          placeholder={words.example}
          maxLength={MAX_LENGTH}
          enterKeyHint="search"
          lang="en"
          autoFocus
        />
      </div>
      <Button type="submit" variant="primary" className="h-11" disabled={wanted.trim() === '' || isBusy}>
        <Search size={16} aria-hidden="true" />
        {words.submit}
      </Button>
    </form>
  );
}

/** Without a model, the server names one to download. */
function Failure({ error }: { error: unknown }) {
  const may = useMay();
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'no_model_for_this') return <ErrorMessage error={error} className="mb-4" />;
  const hint = error instanceof Error && 'hint' in error ? String(error.hint) : undefined;
  return (
    <Problem title={words.noModel.title} advice={hint}>
      {may.manage && (
        <Link to="/settings/models" className={buttonClasses('plain', 'mt-3')}>
          {words.noModel.settings}
        </Link>
      )}
    </Problem>
  );
}

function Answer({ answer: { results, searched, since, reasons }, text }: { answer: SearchAnswer; text: string }) {
  const { data: cameras = NO_CAMERAS } = useCameras();
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;
  if (results.length === 0) {
    return (
      <section className="mx-auto max-w-md py-10 text-center">
        <h2 className="text-20">{words.empty.title}</h2>
        <p className="mt-1 text-pretty text-muted">{words.empty.text}</p>
      </section>
    );
  }
  return (
    <>
      {reasons.length > 0 && (
        <div className="mb-4 max-w-prose">
          <Warning>
            {words.doubt(text)}. {reasons.map(({ why }) => why).join(' ')}
          </Warning>
        </div>
      )}
      <p className="mb-4 max-w-prose text-13 text-pretty text-muted" role="status">
        {words.searched(searched)}
        {since !== null && <> {words.since(t.events.clock(since))}</>}. {words.meaning}
      </p>
      <ol className={CARDS}>
        {results.map((result) => (
          <li key={`${result.camera} ${result.track_id}`}>
            <Found result={result} camera={nameOf(result.camera)} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Found({ result, camera }: { result: SearchResult; camera: string }) {
  const { event_id, picture_url, image_size, bbox, class_name, certainty, timestamp } = result;
  const [isBroken, setBroken] = useState(false);
  const [width, height] = image_size;
  const [x1, y1, x2, y2] = bbox;
  const box = { x: x1 / width, y: y1 / height, width: (x2 - x1) / width, height: (y2 - y1) / height };
  const name = t.objectNamed(class_name);
  return (
    <Link
      to={event_id === null ? `/cameras/${encodeURIComponent(result.camera)}` : `/events/${event_id}`}
      className="block overflow-hidden rounded-lg border border-line bg-surface shadow-1 transition-colors hover:border-line-strong"
    >
      <StillPicture
        src={picture_url === null ? undefined : basePath + picture_url}
        alt={words.picture(name, camera)}
        aspect={ASPECT}
        part={cropAround(box, width / height, ASPECT, OBJECT_SHARE)}
        trouble={isBroken || picture_url === null ? words.noPicture : undefined}
        onBroken={() => setBroken(true)}
        className="rounded-none"
      />
      <span className="flex items-center justify-between gap-2 p-3">
        <span className="min-w-0">
          <span className="block truncate font-strong">{name}</span>
          <span className="block truncate text-12 text-muted">
            {camera} · {t.events.clock(timestamp)}
          </span>
        </span>
        <Badge tone={TONES[certainty]} label={words.certainty[certainty]} announce={false} />
      </span>
    </Link>
  );
}
