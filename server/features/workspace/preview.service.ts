import {
  moduleMinutes,
  type MapModule,
  type ModulePreview,
  type PathwayPreview,
} from '../../../contract/pathways.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { findOwnEnrolmentInRun, listAttempts } from '../attempts/enrolments.service.ts';
import { findPlacement } from '../launches/courses.service.ts';
import { findPathway, getVersion, listModules, type ModuleRead } from '../pathways/pathways.service.ts';
import { findOpenRun, type RunRead } from '../pathways/runs.service.ts';
import { toRun } from './workspace.service.ts';

/** What the launched link shows, in its newest version, and the round that is open. @throws {AppError} LINK_GONE */
async function readShown(session: LiveSession) {
  const { institutionId } = session;
  const placement = await findPlacement(institutionId, session.placementId);
  const pathway = placement?.pathwayKey && (await findPathway(institutionId, placement.pathwayKey));
  if (!placement || !pathway || !pathway.versionId)
    throw new AppError('LINK_GONE', 'This link shows nothing that is offered here any more.');
  const [version, modules, run] = await Promise.all([
    getVersion(institutionId, pathway.versionId),
    listModules(institutionId, pathway.versionId),
    findOpenRun(institutionId, pathway.key),
  ]);
  const { title, vision, strand, pathwayKey: key, n } = version;
  return {
    pathway: { key, title, vision, strand, version: n },
    modules,
    run,
    moduleKey: placement.moduleKey,
  };
}

function toOpensAfter(module: ModuleRead, modules: readonly ModuleRead[]): MapModule['opensAfter'] {
  const before = modules.find(({ key }) => key === module.content.opensAfter);
  return before ? { position: before.position, title: before.content.title } : null;
}

/** The caller's own enrolment in a round, where something was begun in it. */
async function findBegun(session: LiveSession, run: RunRead | null): Promise<string | null> {
  const own = run && (await findOwnEnrolmentInRun(session, run.pathwayKey, run._id));
  if (!own) return null;
  const attempts = await listAttempts(session.institutionId, own._id);
  return attempts.some(({ state }) => state !== 'not_started') ? own._id : null;
}

/**
 * The map of what the launched link shows, for those who design or run the course. It enrols nobody and writes nothing.
 *
 * @throws {AppError} LINK_GONE when the link shows nothing that this institution offers
 */
export async function getPathwayPreview(session: LiveSession): Promise<PathwayPreview> {
  const { pathway, modules, run, moduleKey } = await readShown(session);
  return {
    pathway,
    run: run && toRun(run),
    modules: modules.map((module) => ({
      key: module.key,
      position: module.position,
      title: module.content.title,
      kind: module.content.kind,
      minutes: moduleMinutes(module.content),
      opensAfter: toOpensAfter(module, modules),
    })),
    beginsAt: moduleKey,
    ownEnrolmentId: await findBegun(session, run),
  };
}

/** A module of that pathway, as participants read it. @throws {AppError} LINK_GONE; NOT_FOUND for a module of another pathway */
export async function getModulePreview(session: LiveSession, moduleKey: string): Promise<ModulePreview> {
  const { pathway, modules, run } = await readShown(session);
  const module = modules.find(({ key }) => key === moduleKey);
  if (!module) throw notFound('This module');
  const { position, content } = module;
  return {
    pathway,
    run: run && toRun(run),
    position,
    opensAfter: toOpensAfter(module, modules),
    module: content,
  };
}
