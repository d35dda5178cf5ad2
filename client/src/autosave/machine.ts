import type { ErrorCode } from '../../../contract/errors.ts';
import type { Phase } from './textState.ts';

/** What the server holds of a piece of content. */
export interface ServerCopy<V> {
  readonly value: V;
  /** 0: nothing yet. */
  readonly revision: number;
  /** ISO instant. */
  readonly savedAt: string | null;
  /** The window's id under which it was saved, if the server says so. */
  readonly lineage: string | null;
}

/** An entry on the device at a point in time: if it was written again since, it holds other words. */
export interface Version {
  readonly id: string;
  readonly at: string;
}

/** Words as they are sent to the device and to the server. */
export interface Draft<V> {
  readonly value: V;
  /** The server's revision on which they are based. */
  readonly baseRevision: number;
  /** A window's own id for what it saves: no two open windows write under the same one. */
  readonly lineage: string;
  /** The number of the change under that id. */
  readonly sequence: number;
  /** Entries left by other pages that these words continue; only if the server keeps no history. */
  readonly builtOn: readonly Version[];
}

/** Another window saved first. */
export interface Conflict<V, T> {
  /** What the page shows of the other version. */
  readonly theirs: T;
  readonly copy: ServerCopy<V>;
  /** The server has put the words that it refused into the history. */
  readonly inHistory: boolean;
}

/** A phase, with what only the engine needs to know about it. */
export type EnginePhase<V, T> =
  | Exclude<Phase<T>, { kind: 'conflict' | 'refused' }>
  | ({ readonly kind: 'conflict' } & Conflict<V, T>)
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly inHistory: boolean }
  /** The server accepts nothing more for this content: it was decided, or belongs to another person now. */
  | { readonly kind: 'closed'; readonly code: ErrorCode };

/** Everything that a window knows about one piece of content that is saved separately. */
export interface Model<V, T> extends Draft<V> {
  /** How far `value`, the newest words, has got. */
  readonly phase: EnginePhase<V, T>;
  readonly savedAt: string | null;
  /** The entry that was found on the device and has not been changed yet: the window that left it may still be open. */
  readonly found: Version | null;
  /** The one save that is in progress. */
  readonly flight: Draft<V> | null;
  /** Sent since the last save that got a response: the server may have any of them. */
  readonly unanswered: readonly V[];
  /** Increases whenever the words were replaced from outside the editor, which then has to show them again. */
  readonly loaded: number;
}

/** How one kind of content differs from another in the table. */
export interface Rules<V> {
  readonly same: (a: V, b: V) => boolean;
  /** The server keeps the words that lose a conflict, so they are sent even then. */
  readonly hasHistory: boolean;
  /** Refused words stay and are shown; otherwise they are undone. */
  readonly keepsRefused: boolean;
  /** After this refusal the server accepts nothing more for this content. */
  readonly isFinal: (code: ErrorCode) => boolean;
}

export interface Context<V> {
  readonly rules: Rules<V>;
  readonly now: Date;
  /** An id under which nothing has been saved yet. */
  readonly freshLineage: string;
}

export interface Events<V, T> {
  /** `replaces`: from outside the editor. */
  typed: { readonly value: V; readonly replaces: boolean };
  /** A page was read. `evenSame`: also if the revision is the one already known. */
  loaded: { readonly copy: ServerCopy<V>; readonly evenSame: boolean };
  /** An earlier page left this on the device. `closed`: why it can no longer be saved. */
  found: { readonly draft: Draft<V>; readonly version: Version; readonly closed: ErrorCode | null };
  /** Time to send: the schedule says so, the network is back, or somebody needs the result. */
  due: object;
  taken: { readonly flight: Draft<V>; readonly revision: number; readonly savedAt: string | null };
  /** Failed for a passing reason. */
  failed: { readonly flight: Draft<V>; readonly afterSeconds: number | null };
  signedOut: { readonly flight: Draft<V> };
  met: { readonly flight: Draft<V> } & Conflict<V, T>;
  refused: { readonly flight: Draft<V>; readonly code: ErrorCode; readonly inHistory: boolean };
  choseMine: object;
  choseTheirs: object;
  /** The work is handed in or decided, and the server has all of it. */
  finished: object;
}

export type Effect<V> =
  /** Write these words to the device. */
  | { readonly do: 'keep'; readonly draft: Draft<V> }
  /** Once the device has the newest words, send these to the server. */
  | { readonly do: 'send'; readonly draft: Draft<V> }
  /** Remove exactly these words from the device, and the entries they are based on. */
  | { readonly do: 'forget'; readonly draft: Draft<V> }
  | { readonly do: 'saveSoon' | 'resetBackOff' | 'stopTimer' | 'reportRefused' }
  | { readonly do: 'retry'; readonly afterSeconds: number | null };

export interface Transition<V, T> {
  readonly model: Model<V, T>;
  readonly effects: readonly Effect<V>[];
}

type Handler<V, T, E> = (model: Model<V, T>, event: E, context: Context<V>) => Transition<V, T>;
type Row<V, T> = { readonly [E in keyof Events<V, T>]?: Handler<V, T, Events<V, T>[E]> };
type Table<V, T> = { readonly [S in EnginePhase<V, T>['kind']]: Row<V, T> };

/**
 * The state machine. A row is the phase of the newest words; an entry says what an event does in that phase; an event without an
 * entry changes nothing. Words are written to the device before they are sent, and removed only after the server has exactly
 * them.
 */
function tableOf<V, T>(): Table<V, T> {
  const sending: Row<V, T> = {
    typed: note, //             → same, keep, save soon
    due: send, //               → same, with a save in progress
    taken: take, //             → saved, or unsent if more was typed
    failed: backOff, //         → failing, retried at longer and longer intervals
    signedOut: waitForSession, // → signedOut
    met: meet, //               → conflict; saved or unsent if the other words are our own
    refused: refuse, //         → refused, unsent if more was typed, closed if that is final
    finished: finish, //        → saved
  };
  return {
    saved: { typed: begin, loaded: takeOver, found: goOn, finished: finish },
    unsent: sending,
    failing: sending,
    signedOut: sending,
    conflict: { ...sending, due: sendToHistory, choseMine: keepMine, choseTheirs: keepTheirs },
    refused: { typed: begin, finished: finish },
    closed: { finished: finish },
  };
}

/** The next model after an event. Pure: what has to be done is in the effects. */
export function transition<V, T, E extends keyof Events<V, T>>(
  model: Model<V, T>,
  kind: E,
  event: Events<V, T>[E],
  context: Context<V>,
): Transition<V, T> {
  const row: Row<V, T> = tableOf<V, T>()[model.phase.kind];
  const handler: Handler<V, T, Events<V, T>[E]> | undefined = row[kind];
  return handler ? handler(model, event, context) : unchanged(model);
}

/** How many saves without a response are remembered: the server may have accepted any of them. */
const UNANSWERED_MOST = 20;
/** How long words wait if their history is full of the day's conflicts. */
const FULL_HISTORY_WAIT_SECONDS = 300;

const SAVE_SOON = { do: 'saveSoon' } as const;
const RESET_BACK_OFF = { do: 'resetBackOff' } as const;

function unchanged<V, T>(model: Model<V, T>): Transition<V, T> {
  return { model, effects: [] };
}

function draftOf<V, T>({ value, baseRevision, lineage, sequence, builtOn }: Model<V, T>): Draft<V> {
  return { value, baseRevision, lineage, sequence, builtOn };
}

/** Whether the words of a save are still the newest ones. */
function isNewest<V, T>(model: Model<V, T>, flight: Draft<V>): boolean {
  return model.value === flight.value;
}

/** What is typed next is saved under an id of its own: another window may still write under the one that was found. */
function asOwn<V, T>(model: Model<V, T>, freshLineage: string): Model<V, T> {
  return model.found ? { ...model, found: null, lineage: freshLineage } : model;
}

/** The server has the newest words: the device no longer needs them. */
function forget<V, T>(model: Model<V, T>, { freshLineage }: Context<V>): Transition<V, T> {
  const next = { ...asOwn(model, freshLineage), builtOn: [] };
  return { model: next, effects: [{ do: 'forget', draft: draftOf(model) }] };
}

function begin<V, T>(
  model: Model<V, T>,
  event: Events<V, T>['typed'],
  context: Context<V>,
): Transition<V, T> {
  // the value that an editor reports when it is first shown is not a change
  if (model.phase.kind === 'saved' && context.rules.same(model.value, event.value)) return unchanged(model);
  return note({ ...model, phase: { kind: 'unsent' } }, event, context);
}

function note<V, T>(model: Model<V, T>, event: Events<V, T>['typed'], context: Context<V>): Transition<V, T> {
  const { phase, found, sequence, loaded } = model;
  const takesAlong = found && !context.rules.hasHistory;
  const next: Model<V, T> = {
    ...asOwn(model, context.freshLineage),
    value: event.value,
    sequence: sequence + 1,
    loaded: event.replaces ? loaded + 1 : loaded,
    builtOn: takesAlong ? [...model.builtOn, found] : model.builtOn,
    phase: phase.kind === 'conflict' ? { ...phase, inHistory: false } : phase,
  };
  return { model: next, effects: [{ do: 'keep', draft: draftOf(next) }, SAVE_SOON] };
}

function takeOver<V, T>(model: Model<V, T>, { copy, evenSame }: Events<V, T>['loaded']): Transition<V, T> {
  const isNewer = copy.revision > model.baseRevision || (evenSame && copy.revision === model.baseRevision);
  return isNewer ? { model: withCopy(model, copy), effects: [] } : unchanged(model);
}

/** As the server has it, and shown again. */
function withCopy<V, T>(model: Model<V, T>, copy: ServerCopy<V>): Model<V, T> {
  const { value, revision, savedAt } = copy;
  return {
    ...model,
    value,
    baseRevision: revision,
    savedAt: savedAt ?? model.savedAt,
    loaded: model.loaded + 1,
    phase: { kind: 'saved' },
  };
}

function goOn<V, T>(model: Model<V, T>, { draft, version, closed }: Events<V, T>['found']): Transition<V, T> {
  const phase = closed === null ? ({ kind: 'unsent' } as const) : ({ kind: 'closed', code: closed } as const);
  return unchanged({ ...model, ...draft, found: version, loaded: model.loaded + 1, phase });
}

function send<V, T>(model: Model<V, T>): Transition<V, T> {
  if (model.flight) return unchanged(model);
  const flight = draftOf(model);
  return { model: { ...model, flight }, effects: [{ do: 'send', draft: flight }] };
}

/** In a conflict the draft waits for a choice, but the words are sent to the history. */
function sendToHistory<V, T>(model: Model<V, T>, _event: object, { rules }: Context<V>): Transition<V, T> {
  const isWaiting = model.phase.kind === 'conflict' && !model.phase.inHistory;
  return rules.hasHistory && isWaiting ? send(model) : unchanged(model);
}

/** Does what a response requires, unless it belongs to a save that nobody waits for any more. */
function answered<V, T>(
  model: Model<V, T>,
  flight: Draft<V>,
  act: (landed: Model<V, T>) => Transition<V, T>,
): Transition<V, T> {
  return model.flight === flight ? act({ ...model, flight: null }) : unchanged(model);
}

function take<V, T>(model: Model<V, T>, event: Events<V, T>['taken'], context: Context<V>): Transition<V, T> {
  const { flight, revision, savedAt } = event;
  return answered(model, flight, (landed) =>
    withServer({ ...landed, savedAt, baseRevision: revision }, isNewest(landed, flight), context),
  );
}

/** The server has words from this window: the newest ones, or earlier ones. */
function withServer<V, T>(model: Model<V, T>, hasNewest: boolean, context: Context<V>): Transition<V, T> {
  const next: Model<V, T> = { ...model, unanswered: [], phase: { kind: hasNewest ? 'saved' : 'unsent' } };
  if (!hasNewest) return { model: next, effects: [RESET_BACK_OFF, SAVE_SOON] };
  const { model: rest, effects } = forget(next, context);
  return { model: rest, effects: [RESET_BACK_OFF, ...effects] };
}

function backOff<V, T>(
  model: Model<V, T>,
  event: Events<V, T>['failed'],
  { now }: Context<V>,
): Transition<V, T> {
  const { flight, afterSeconds } = event;
  return answered(model, flight, (landed) => {
    const { phase } = landed;
    const unanswered = [...landed.unanswered, flight.value].slice(-UNANSWERED_MOST);
    const isKnown = phase.kind === 'failing' || phase.kind === 'conflict';
    const next: Model<V, T> = {
      ...landed,
      unanswered,
      phase: isKnown ? phase : { kind: 'failing', since: now },
    };
    return { model: next, effects: [{ do: 'retry', afterSeconds }] };
  });
}

function waitForSession<V, T>(model: Model<V, T>, { flight }: Events<V, T>['signedOut']): Transition<V, T> {
  return answered(model, flight, (landed) => {
    const { phase } = landed;
    const next: Model<V, T> = {
      ...landed,
      phase: phase.kind === 'conflict' ? phase : { kind: 'signedOut' },
    };
    return { model: next, effects: [RESET_BACK_OFF] };
  });
}

/** What the server holds came from this window: the response to that save was lost. */
function isOwn<V, T>({ lineage, found, unanswered }: Model<V, T>, copy: ServerCopy<V>, { same }: Rules<V>) {
  if (copy.lineage === lineage && !found) return true;
  return unanswered.some((value) => same(value, copy.value));
}

function meet<V, T>(model: Model<V, T>, event: Events<V, T>['met'], context: Context<V>): Transition<V, T> {
  const { flight, theirs, copy } = event;
  const { rules } = context;
  return answered(model, flight, (landed) => {
    const upon = { ...landed, baseRevision: copy.revision };
    if (rules.same(copy.value, landed.value))
      return withServer({ ...upon, savedAt: copy.savedAt ?? landed.savedAt }, true, context);
    if (isOwn(landed, copy, rules)) return withServer(upon, false, context);
    const inHistory = event.inHistory && isNewest(landed, flight);
    const next: Model<V, T> = { ...landed, phase: { kind: 'conflict', theirs, copy, inHistory } };
    if (inHistory) {
      const { model: rest, effects } = forget(next, context);
      return { model: rest, effects: [RESET_BACK_OFF, ...effects] };
    }
    // the day's history is full of conflicts: the words are kept here, and seldom retried
    const wait = { do: 'retry', afterSeconds: FULL_HISTORY_WAIT_SECONDS } as const;
    const isFull = rules.hasHistory && !event.inHistory;
    return { model: next, effects: [RESET_BACK_OFF, isFull ? wait : SAVE_SOON] };
  });
}

function refuse<V, T>(
  model: Model<V, T>,
  event: Events<V, T>['refused'],
  context: Context<V>,
): Transition<V, T> {
  const { flight, code } = event;
  const { rules } = context;
  const inHistory = event.inHistory && rules.hasHistory;
  return answered(model, flight, (landed) => {
    const { phase } = landed;
    if (rules.isFinal(code))
      return { model: { ...landed, phase: { kind: 'closed', code } }, effects: [RESET_BACK_OFF] };
    const back: readonly Effect<V>[] = rules.keepsRefused ? [] : [{ do: 'reportRefused' }];
    if (!isNewest(landed, flight)) {
      const next = { ...landed, phase: phase.kind === 'conflict' ? phase : { kind: 'unsent' as const } };
      return { model: next, effects: [RESET_BACK_OFF, SAVE_SOON, ...back] };
    }
    const next: Model<V, T> = rules.keepsRefused
      ? { ...landed, phase: { kind: 'refused', code, inHistory } }
      : { ...landed, phase: { kind: 'saved' } };
    if (rules.keepsRefused && !inHistory) return { model: next, effects: [RESET_BACK_OFF] };
    const { model: rest, effects } = forget(next, context);
    return { model: rest, effects: [RESET_BACK_OFF, ...effects, ...back] };
  });
}

function keepMine<V, T>(model: Model<V, T>): Transition<V, T> {
  if (model.phase.kind !== 'conflict') return unchanged(model);
  const { revision } = model.phase.copy;
  const next: Model<V, T> = {
    ...model,
    baseRevision: revision,
    unanswered: [],
    phase: { kind: 'unsent' },
  };
  // what was found is already there
  const keep: readonly Effect<V>[] = model.found ? [] : [{ do: 'keep', draft: draftOf(next) }];
  return { model: next, effects: [RESET_BACK_OFF, ...keep] };
}

function keepTheirs<V, T>(model: Model<V, T>, _event: object, context: Context<V>): Transition<V, T> {
  if (model.phase.kind !== 'conflict') return unchanged(model);
  const { copy, inHistory } = model.phase;
  const given = { ...withCopy(model, copy), found: null, builtOn: [], unanswered: [] };
  const next = { ...given, lineage: context.freshLineage };
  // what the history lacks stays on the device as another window's would, and is sent from there
  const isLeft = context.rules.hasHistory && !inHistory;
  const gone: readonly Effect<V>[] = isLeft ? [] : [{ do: 'forget', draft: draftOf(model) }];
  return { model: next, effects: [RESET_BACK_OFF, ...gone] };
}

function finish<V, T>(model: Model<V, T>, _event: object, context: Context<V>): Transition<V, T> {
  const done: Model<V, T> = { ...model, flight: null, unanswered: [], phase: { kind: 'saved' } };
  const { model: next, effects } = forget(done, context);
  return { model: next, effects: [RESET_BACK_OFF, { do: 'stopTimer' }, ...effects] };
}
