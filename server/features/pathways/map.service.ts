import { showLevel, type ShownLevel } from '../../../contract/content.ts';
import { moduleMinutes, type UnrolledModule, type UnrolledStepKey } from '../../../contract/cycles.ts';
import { findNotAsked } from '../../../contract/pathwayChoices.ts';
import { toMapTracks, toShownNotAsked, toStepStates } from '../../../contract/pathwayMap.ts';
import type { GradeLine, MapModule, PathwayMap } from '../../../contract/pathways.ts';
import { holds, type OpensAfter, type RuleFacts } from '../../../contract/rules.ts';
import type { AttemptState } from '../../../contract/states.ts';
import type { Found } from '../../combinedRead.ts';
import type { Deps } from '../../deps.ts';
import { notFound } from '../../errors.ts';
import type { LiveSession, SessionIds } from '../../http/liveSession.ts';
import { instantOf, wallClock } from '../../zones.ts';
import type { AttemptDoc } from '../enrolments/attempts.service.ts';
import { getModuleOf, isFormer } from '../enrolments/carrying.service.ts';
import { findClosed } from './newer.service.ts';
import {
  enrolmentInPlacePart,
  findOwnEnrolmentInRun,
  type EnrolmentDoc,
} from '../enrolments/enrolments.service.ts';
import {
  findOpensAfter,
  getRuleFacts,
  toCompletionFacts,
  toPathwayRules,
  toRuleNames,
} from '../enrolments/ruleFacts.service.ts';
import { awardsPart, toEarnedAward } from '../awards/awards.service.ts';
import { lastSavedBySubject, savedDraftsJoin, type SavedDraft } from '../attempts/drafts.service.ts';
import { gradesJoin, toGradeLines, type GradedTarget } from '../grades/grades.service.ts';
import { institutionPart } from '../institutions/institutions.service.ts';
import { settingsOf } from '../institutions/settings.service.ts';
import { personPart, weeklyMinutesOf } from '../launches/people.service.ts';
import {
  getVersion,
  listModules,
  pathwayJoin,
  type ModuleRead,
  type PathwayDoc,
  type PathwayVersionRead,
} from '../catalog/catalog.service.ts';
import { findOffered } from '../catalog/versions.service.ts';
import { findOpenRun, type RunRead } from '../catalog/runs.service.ts';
import { toRun } from '../attempts/attemptPage.service.ts';

const DAY_MS = 24 * 3600 * 1000;

/** Nothing is left to do in them, whatever was chosen since. */
const HANDED_IN: ReadonlySet<AttemptState> = new Set<AttemptState>(['submitted', 'in_review', 'approved']);

function minutesOfStep({ steps }: UnrolledModule, key: UnrolledStepKey): number {
  return steps.find((step) => step.key === key)?.minutes ?? 0;
}

/** Steps that count as done: those marked so; all of them once submitted. */
function stepsDone(
  { state, stepsDone: marked }: Pick<AttemptDoc, 'state' | 'stepsDone'>,
  { steps }: UnrolledModule,
): ReadonlySet<UnrolledStepKey> {
  return new Set(HANDED_IN.has(state) ? steps.map(({ key }) => key) : marked.map((done) => done.step));
}

/** Monday, 00:00, of the week of an instant in an IANA time zone. */
export function startOfWeek(at: Date, zone: string): Date {
  const wall = wallClock(at, zone);
  const sinceMonday = (wall.getUTCDay() + 6) % 7;
  const midnight = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate());
  return instantOf(new Date(midnight - sinceMonday * DAY_MS), zone);
}

/** Minutes of the steps that were marked as done in this week. */
export function minutesUsed(
  attempts: readonly AttemptDoc[],
  modules: readonly ModuleRead[],
  since: Date,
): number {
  const byId = new Map(modules.map((module) => [module._id, module]));
  return attempts.reduce((sum, attempt) => {
    const module = byId.get(attempt.moduleId);
    if (!module) return sum;
    const steps = attempt.stepsDone.filter((done) => done.at >= since);
    return sum + steps.reduce((minutes, done) => minutes + minutesOfStep(module.content, done.step), 0);
  }, 0);
}

function lowestLevel({ state, settled }: AttemptDoc, { scale }: UnrolledModule): ShownLevel | null {
  if (state !== 'approved') return null;
  const shown = settled.flatMap(({ level }) => showLevel(scale, level) ?? []);
  return shown.sort((a, b) => a.rank - b.rank)[0] ?? null;
}

interface Row {
  attempt: AttemptDoc;
  module: ModuleRead;
  /** The same in the version that the work belongs to. */
  own: ModuleRead;
  opensAfter: OpensAfter | null;
  notAsked: MapModule['notAsked'];
  savedAt: Date | undefined;
  grades: GradeLine[];
}

function toMapModule({ attempt, module, own, opensAfter, notAsked, savedAt, grades }: Row): MapModule {
  const { content } = module;
  const done = stepsDone(attempt, content);
  const left = content.steps.filter(({ key }) => !done.has(key));
  return {
    key: module.key,
    attemptId: attempt._id,
    position: module.position,
    title: content.title,
    label: content.label,
    minutes: moduleMinutes(content),
    minutesLeft: attempt.state === 'approved' || notAsked !== null ? 0 : moduleMinutes({ steps: left }),
    state: attempt.state,
    reviewedBy: content.reviewedBy,
    level: lowestLevel(attempt, own.content),
    opensAfter,
    notAsked,
    steps: toStepStates(content, done),
    draftSavedAt: savedAt?.toISOString() ?? null,
    grades,
  };
}

interface Work {
  enrolment: EnrolmentDoc;
  attempts: readonly AttemptDoc[];
  modules: readonly ModuleRead[];
  version: PathwayVersionRead;
  facts: RuleFacts;
  /** Of each attempt, in the version that it belongs to. */
  own: ReadonlyMap<string, ModuleRead>;
}

function toRows(work: Work): Pick<Row, 'attempt' | 'module' | 'own' | 'opensAfter' | 'notAsked'>[] {
  const { attempts, modules, version, facts } = work;
  const names = toRuleNames(version, modules);
  const notAsked = findNotAsked(toPathwayRules(version, modules), facts);
  return modules.flatMap((module) => {
    const attempt = attempts.find((candidate) => candidate.moduleKey === module.key);
    if (!attempt) return [];
    const why = HANDED_IN.has(attempt.state) ? undefined : notAsked.get(module.key);
    return [
      {
        attempt,
        module,
        own: work.own.get(attempt._id) ?? module,
        opensAfter: findOpensAfter(module, facts, names),
        notAsked: toShownNotAsked(why, version.tracks),
      },
    ];
  });
}

/** Work on modules that the version does not have: begun, and kept to be read. */
function toFormer({ attempts, modules, own }: Work): PathwayMap['former'] {
  return attempts.flatMap((attempt) => {
    const module = own.get(attempt._id);
    if (!module || attempt.state === 'not_started' || !isFormer(attempt, modules)) return [];
    const { moduleKey: key, _id: attemptId, state } = attempt;
    const { title } = module.content;
    return [{ key, attemptId, title, state, level: lowestLevel(attempt, module.content) }];
  });
}

/** What was awarded before the pathway was begun may complete it before its link is opened again. */
function stateOf({ enrolment, version, facts }: Work): PathwayMap['state'] {
  const isComplete = holds(version.completes, toCompletionFacts(facts, enrolment));
  return enrolment.state === 'active' && isComplete ? 'completed' : enrolment.state;
}

/** The version that is offered to this person; null if there is none, or they can't move. */
function newerFor({
  enrolment,
  run,
  version,
  pathway,
}: {
  enrolment: EnrolmentDoc;
  run: RunRead;
  version: PathwayVersionRead;
  pathway: PathwayDoc | null;
}): number | null {
  if (!pathway || findClosed(enrolment, run) !== null) return null;
  return findOffered(pathway, version.n);
}

/** The caller's enrolment in the run that is open now, if this one's is archived. */
async function findCurrent(session: LiveSession, { pathwayKey }: EnrolmentDoc, run: RunRead) {
  if (run.state !== 'archived') return null;
  const open = await findOpenRun(session.institutionId, pathwayKey);
  return open && findOwnEnrolmentInRun(session, pathwayKey, open._id);
}

/** What belongs to an enrolment and its attempts. */
interface EnrolmentDetails {
  pathway: PathwayDoc[];
  drafts: SavedDraft[];
  moduleGrades: GradedTarget[];
  pathwayGrades: GradedTarget[];
}

/** Everything that the map shows. Published content comes from memory. */
export function mapParts(who: SessionIds, enrolmentId: string) {
  const { institutionId } = who;
  return {
    own: enrolmentInPlacePart<EnrolmentDetails>(who, enrolmentId, [
      pathwayJoin(institutionId, 'pathwayKey'),
      savedDraftsJoin(institutionId, 'attempts._id'),
      gradesJoin(who, 'attempts._id', 'moduleGrades'),
      gradesJoin(who, '_id', 'pathwayGrades'),
    ]),
    awards: awardsPart(institutionId, { enrolmentId }),
    person: personPart(who),
    institution: institutionPart(institutionId),
  };
}
type MapFound = Found<ReturnType<typeof mapParts>>;

/** @throws {AppError} NOT_FOUND, for another person's enrolment too */
async function toMap(session: LiveSession, found: MapFound) {
  const { institutionId } = session;
  const [[own], [person], [institution]] = [found.own, found.person, found.institution];
  if (!own || !person || !institution) throw notFound('This pathway');
  const { run: runs, pathway, attempts, drafts, moduleGrades, pathwayGrades, ...enrolment } = own;
  const [run] = runs;
  if (!run) throw notFound('This round');
  const [version, modules, current] = await Promise.all([
    getVersion(institutionId, enrolment.versionId),
    listModules(institutionId, enrolment.versionId),
    findCurrent(session, enrolment, run),
  ]);
  const ownModules = attempts.map(
    async (attempt) => [attempt._id, await getModuleOf(enrolment, attempt)] as const,
  );
  return {
    enrolment,
    run,
    pathway: pathway[0] ?? null,
    own: new Map(await Promise.all(ownModules)),
    attempts,
    person,
    version,
    modules,
    facts: await getRuleFacts(enrolment, version, attempts),
    institution,
    current,
    awards: found.awards,
    saved: lastSavedBySubject(drafts),
    grades: toGradeLines([...pathwayGrades, ...moduleGrades]),
  };
}

/**
 * The map of the caller's own enrolment, from what `mapParts` found. Its cost depends on the modules shown, not on how much the
 * institution has stored.
 *
 * @throws {AppError} NOT_FOUND
 */
export async function getPathwayMap(
  deps: Pick<Deps, 'clock' | 'log'>,
  session: LiveSession,
  found: MapFound,
): Promise<PathwayMap> {
  const read = await toMap(session, found);
  const { enrolment, run, attempts, version, modules, saved, grades } = read;
  const rows = toRows(read).map((row) =>
    toMapModule({ ...row, savedAt: saved.get(row.attempt._id), grades: grades.get(row.attempt._id) ?? [] }),
  );
  const since = startOfWeek(deps.clock.now(), settingsOf(deps, read.institution).zone);
  const usedMinutes = minutesUsed(attempts, [...read.own.values()], since);
  return {
    enrolmentId: enrolment._id,
    state: stateOf(read),
    run: toRun(run),
    currentEnrolmentId: read.current?._id ?? null,
    pathway: {
      key: version.pathwayKey,
      title: version.title,
      vision: version.vision,
      strand: version.strand,
      version: version.n,
    },
    modules: rows,
    tracks: toMapTracks({ ...version, modules: modules.map(({ content }) => content) }, read.facts.tracks),
    former: toFormer(read),
    newerVersion: newerFor(read),
    approved: rows.filter((row) => row.state === 'approved').length,
    minutesLeft: rows.reduce((sum, row) => sum + row.minutesLeft, 0),
    week: { usedMinutes, limitMinutes: weeklyMinutesOf(read.person) },
    awards: read.awards.map(toEarnedAward),
    grades: grades.get(enrolment._id) ?? [],
  };
}
