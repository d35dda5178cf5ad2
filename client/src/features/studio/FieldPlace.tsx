import { createContext, useCallback, useContext, useId, useLayoutEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PartKey } from '../../../../contract/studioParts.ts';
import { FieldNoteContext } from '../../components/field/fieldNote.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { FieldConflict, RemovedConflict } from './Conflicts.tsx';
import { findOwner } from './fieldPaths.ts';
import type { Note } from './notes.ts';

/** What is to be said about each part of the draft. */
export const NotesContext = createContext<ReadonlyMap<PartKey, readonly Note[]>>(new Map());

interface PlacedNote {
  readonly note: Note;
  /** The place of the part that shows it; null: none does, so the part itself has to. */
  readonly owner: string | null;
}

interface PartNotes {
  readonly part: PartKey;
  readonly placed: readonly PlacedNote[];
  /** Says that these places show what concerns them; returns what takes that back. */
  readonly claim: (places: readonly string[]) => () => void;
}

const PartContext = createContext<PartNotes | null>(null);

const NONE: readonly Note[] = [];

function isWrong(note: Note): boolean {
  return note.kind !== 'finding' || note.finding.severity === 'error';
}

function Said({ note }: { note: Note }) {
  const { t } = useTranslation('lint');
  const { t: studio } = useTranslation('studio');
  if (note.kind === 'conflict') return null;
  return (
    <p className={isWrong(note) ? 'wm-field-problem' : 'wm-small'}>
      <IconAlertTriangle size={16} stroke={ICON_STROKE} aria-hidden="true" />
      <span>
        {note.kind === 'finding' ? t(note.finding.code, note.finding.facts) : studio('refused.field')}
      </span>
    </p>
  );
}

function Notes({ id, part, notes }: { id: string; part: PartKey; notes: readonly Note[] }) {
  if (notes.length === 0) return null;
  const conflicts = notes.flatMap((note) => (note.kind === 'conflict' ? [note.conflict] : []));
  return (
    <>
      <div id={id} className="wm-studio-notes">
        {notes.map((note, at) => (
          // two may say the same about different things in one place
          <Said key={at} note={note} />
        ))}
      </div>
      {conflicts.map((conflict) =>
        conflict.path.length === 0 ? (
          <RemovedConflict key="" part={part} conflict={conflict} />
        ) : (
          <FieldConflict key={conflict.path.join('/')} part={part} conflict={conflict} />
        ),
      )}
    </>
  );
}

interface PartPlaceProps {
  part: PartKey;
  children: ReactNode;
}

/**
 * The form of a part. What is to be said about it stands at the field that it concerns (`FieldPlace`), and what no field shows stands
 * above them all: nothing can be left out.
 */
export function PartPlace({ part, children }: PartPlaceProps) {
  const notes = useContext(NotesContext).get(part) ?? NONE;
  const [places, setPlaces] = useState<readonly string[]>([]);
  const id = useId();
  const claim = useCallback((claimed: readonly string[]) => {
    setPlaces((now) => [...now, ...claimed]);
    return () =>
      setPlaces((now) => {
        const left = [...now];
        for (const one of claimed) left.splice(left.indexOf(one), 1);
        return left;
      });
  }, []);
  const placed = useMemo(
    () => notes.map((note) => ({ note, owner: findOwner(note.path, places) })),
    [notes, places],
  );
  const context = useMemo(() => ({ part, placed, claim }), [part, placed, claim]);
  return (
    <PartContext value={context}>
      <Notes
        id={id}
        part={part}
        notes={placed.flatMap(({ note, owner }) => (owner === null ? [note] : []))}
      />
      {children}
    </PartContext>
  );
}

interface FieldPlaceProps {
  /** Paths in the part: what concerns them, or anything within them that has no place of its own, is shown here. */
  at: string | readonly string[];
  className?: string;
  children: ReactNode;
}

/** A field of a part, with what is to be said about it under it, connected for screen readers. */
export function FieldPlace({ at, className, children }: FieldPlaceProps) {
  const context = useContext(PartContext);
  if (!context) throw new Error('FieldPlace stands outside of a PartPlace');
  const { part, placed, claim } = context;
  const id = useId();
  const paths = typeof at === 'string' ? at : at.join(' ');
  useLayoutEffect(() => claim(paths.split(' ')), [claim, paths]);
  const own = placed.flatMap(({ note, owner }) =>
    owner !== null && paths.split(' ').includes(owner) ? [note] : [],
  );
  const isInvalid = own.some(isWrong);
  const isNoted = own.length > 0;
  const described = useMemo(() => (isNoted ? { id, isInvalid } : null), [id, isInvalid, isNoted]);
  return (
    <div data-field={paths} className={className}>
      <FieldNoteContext value={described}>{children}</FieldNoteContext>
      <Notes id={id} part={part} notes={own} />
    </div>
  );
}
