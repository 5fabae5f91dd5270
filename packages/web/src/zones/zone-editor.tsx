import type { Camera } from '@lookout/protocol';
import { X } from 'lucide-react';
import { useEffect, useMemo, useReducer, useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { useTitle } from '../lib/hooks.js';
import { useRules } from '../rules/queries.js';
import { t } from '../strings/index.js';
import { Button, IconButton } from '../ui/button.js';
import { ConfirmDialog, Dialog } from '../ui/dialog.js';
import { ErrorMessage } from '../ui/message.js';
import { DrawTip, DrawToolbar } from './draw-toolbar.js';
import { useEditorKeys } from './editor-keys.js';
import { type EditorState, edited, openEditor, selectedShape } from './editor-state.js';
import { givenOutline } from './given-outline.js';
import { useSaveRegions } from './queries.js';
import { rulesNaming } from './rules-naming.js';
import { ShapeForm } from './shape-form.js';
import { ShapeList } from './shape-list.js';
import { problemsOf, type ShapeProblem } from './shape-problems.js';
import { countChanges, freshName, regionsOf, type Shape, type ShapeKind, shapesOf } from './shapes.js';
import { ZoneStage } from './zone-stage.js';

const words = t.zones;
/** A part of the bar at the top. */
const BAR = 'sticky top-0 z-20 flex h-15 items-center border-b border-line bg-surface phone:h-14';

/** The page that led here took the focus with it. */
const focusUnlessElsewhere = (heading: HTMLElement | null) => {
  if (document.activeElement === document.body) heading?.focus();
};

/** Draws the areas, lines and ignored places of a camera. `?kind=line&name=gate` in the address begins one of that name. */
export function ZoneEditor({ camera }: { camera: Camera }) {
  useTitle(words.page);
  const [saved] = useState(() => shapesOf(camera));
  const [search] = useSearchParams();
  const { state: given } = useLocation();
  const [state, dispatch] = useReducer(edited, saved, (shapes) => begun(openEditor(shapes), search, given));
  useEditorKeys(state, dispatch);
  const problems = useMemo(() => problemsOf(state.shapes), [state.shapes]);
  const changes = useMemo(() => countChanges(saved, state.shapes), [saved, state.shapes]);
  const leave = useLeave(camera.id, changes > 0);
  const save = useSaveRegions(camera.id, leave);
  const submit = () => {
    const [first] = problems;
    if (first?.shape) dispatch({ type: 'select', id: first.shape.id });
    if (!first) save.mutate({ regions: regionsOf(state.shapes).regions, force: false });
  };
  const [wrong, broken] = useMemo(() => {
    const idsOf = (some: readonly ShapeProblem[]) => new Set(some.flatMap(({ shape }) => shape?.id ?? []));
    return [idsOf(problems), idsOf(problems.filter(({ field }) => field === 'points'))];
  }, [problems]);
  const shape = selectedShape(state);
  return (
    <main className="grid min-h-dvh grid-cols-[1fr_auto_23.25rem] grid-rows-[auto_1fr] bg-surface [grid-template-areas:'title_tools_save''stage_stage_panel'] max-lg:grid-cols-[1fr_auto_18rem] phone:block">
      <div className={`${BAR} gap-3 pl-3 [grid-area:title] phone:sticky phone:pr-26 phone:pl-1`}>
        <LeaveButton changes={changes} onLeave={leave} />
        <h1
          ref={focusUnlessElsewhere}
          tabIndex={-1}
          className="truncate outline-none text-[1.0625rem] leading-6 font-title tracking-[-0.015em]"
        >
          {words.page}
        </h1>
        <span className="min-w-0 truncate text-muted max-lg:hidden">{camera.name}</span>
      </div>
      <div className={`${BAR} justify-end gap-3 pr-5 [grid-area:save] phone:fixed phone:right-0 phone:pr-2`}>
        <span className="figures text-13 text-muted phone:hidden">{changes > 0 && words.changes(changes)}</span>
        <Button
          variant="primary"
          aria-disabled={save.isPending || changes === 0}
          onClick={() => !save.isPending && changes > 0 && submit()}
        >
          {save.isPending ? t.actions.saving : words.save}
        </Button>
      </div>
      <div className="relative self-start [grid-area:stage] phone:sticky phone:top-14 phone:z-10">
        <ZoneStage camera={camera} state={state} dispatch={dispatch} broken={broken} />
        <DrawTip state={state} />
      </div>
      <div className={`${BAR} [grid-area:tools] phone:static phone:h-auto phone:border-0`}>
        <DrawToolbar state={state} dispatch={dispatch} />
      </div>
      <aside className="space-y-5.5 border-line px-5.5 py-5 [grid-area:panel] phone:px-4 phone:pb-8">
        {save.refusal === undefined && <ErrorMessage error={save.error} />}
        <ShapeList state={state} dispatch={dispatch} wrong={wrong} />
        {shape && <FormOf key={shape.id} {...{ state, shape, saved, camera, problems, dispatch }} />}
      </aside>
      <RulesDialog
        rules={save.refusal}
        onBack={save.reset}
        onSave={() => save.mutate({ regions: regionsOf(state.shapes).regions, force: true })}
      />
    </main>
  );
}

/** Starts the shape that another page asked for, or adds the one that it passed. */
function begun(state: EditorState, search: URLSearchParams, given: unknown): EditorState {
  const outline = givenOutline(given);
  if (outline) {
    const outlineName = freshName(words.newNames[outline.kind], state.shapes);
    return edited(state, { type: 'add', ...outline, name: outlineName });
  }
  const asked = search.get('kind');
  const kind: ShapeKind = asked === 'line' || asked === 'mask' ? asked : 'zone';
  const name = search.get('name');
  if (asked === null && name === null) return state;
  return edited(state, { type: 'draw', kind, name: name || freshName(words.newNames[kind], state.shapes) });
}

interface FormOfProps {
  state: EditorState;
  shape: Shape;
  saved: readonly Shape[];
  camera: Camera;
  problems: readonly ShapeProblem[];
  dispatch: Parameters<typeof ShapeForm>[0]['dispatch'];
}

function FormOf({ state, shape, saved, camera, problems, dispatch }: FormOfProps) {
  const { data: rules = [] } = useRules();
  const before = saved.find(({ id }) => id === shape.id);
  return (
    <ShapeForm
      shape={shape}
      corner={state.corner}
      problems={problems.filter((problem) => problem.shape?.id === shape.id)}
      ruleCount={before ? rulesNaming(rules, camera.id, before).length : 0}
      isNew={before === undefined}
      dispatch={dispatch}
    />
  );
}

/** Back to where the user came from. The browser asks before the page is closed with unsaved changes. */
function useLeave(cameraId: string, hasChanges: boolean): () => void {
  const navigate = useNavigate();
  const { key } = useLocation();
  useEffect(() => {
    if (!hasChanges) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [hasChanges]);
  return () => {
    // The first page of this tab has nothing of ours before it.
    if (key === 'default') void navigate(`/cameras/${cameraId}`);
    else void navigate(-1);
  };
}

function LeaveButton({ changes, onLeave }: { changes: number; onLeave: () => void }) {
  const icon = <X size={18} aria-hidden="true" />;
  if (changes === 0) {
    return (
      <IconButton label={words.back} onClick={onLeave}>
        {icon}
      </IconButton>
    );
  }
  return (
    <ConfirmDialog
      trigger={<IconButton label={words.leave}>{icon}</IconButton>}
      title={words.discard.title}
      description={words.discard.text}
      cancel={words.discard.stay}
      confirm={words.discard.leave}
      onConfirm={async () => onLeave()}
    />
  );
}

interface RulesDialogProps {
  /** Ids of the rules for which the server refused to save. */
  rules: readonly string[] | undefined;
  onBack: () => void;
  onSave: () => void;
}

/** Which rules refer to what was renamed or deleted. */
function RulesDialog({ rules: ids, onBack, onSave }: RulesDialogProps) {
  const { data: rules = [] } = useRules();
  const summaryOf = (id: string) => rules.find((rule) => rule.id === id)?.summary ?? id;
  return (
    <Dialog
      open={ids !== undefined}
      onOpenChange={(open) => open || onBack()}
      title={words.conflict.title}
      description={words.conflict.text}
    >
      <ul className="list-disc space-y-1.5 pl-5">
        {ids?.map((id) => (
          <li key={id}>{summaryOf(id)}</li>
        ))}
      </ul>
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onBack}>{words.conflict.back}</Button>
        <Button variant="danger" onClick={onSave}>
          {words.conflict.save}
        </Button>
      </div>
    </Dialog>
  );
}
