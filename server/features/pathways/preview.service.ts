import { moduleMinutes } from '../../../contract/cycles.ts';
import type { ModulePreview, PathwayPreview } from '../../../contract/pathways.ts';
import { NO_FACTS } from '../../../contract/rules.ts';
import { readTogether } from '../../combinedRead.ts';
import { notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { foundWorkJoins, type FoundWork } from '../enrolments/enrolments.service.ts';
import { findOpensAfter, toRuleNames } from '../enrolments/ruleFacts.service.ts';
import { placementPart } from '../launches/courses.service.ts';
import { getVersion, listModules, pathwayJoin, type PathwayDoc } from '../catalog/catalog.service.ts';
import { linkGone } from './opening.service.ts';
import { toRun } from '../attempts/attemptPage.service.ts';

/** What the launched link shows, in its newest version, with the open run. @throws {AppError} LINK_GONE */
async function readShown(session: LiveSession) {
  const { institutionId } = session;
  const joins = [pathwayJoin(institutionId, 'pathwayKey'), ...foundWorkJoins(session, 'pathwayKey')];
  const found = await readTogether({
    placement: placementPart<FoundWork & { pathway: PathwayDoc[] }>(session, joins),
  });
  const [placement] = found.placement;
  const versionId = placement?.pathway[0]?.versionId;
  if (!placement || !versionId) throw linkGone();
  const [version, modules] = await Promise.all([
    getVersion(institutionId, versionId),
    listModules(institutionId, versionId),
  ]);
  const { title, vision, strand, pathwayKey: key, n } = version;
  return {
    pathway: { key, title, vision, strand, version: n },
    modules,
    names: toRuleNames(version, modules),
    run: placement.run[0] ?? null,
    moduleKey: placement.moduleKey,
    ownEnrolmentId: toBegun(placement),
  };
}

/** The caller's own enrolment in the open run, if something was begun in it. */
function toBegun({ enrolment: [own], attempts }: FoundWork): string | null {
  return own && attempts.some(({ state }) => state !== 'not_started') ? own._id : null;
}

/**
 * The map of what the launched link shows, for people who design or run the course. It enrols nobody and writes nothing.
 *
 * @throws {AppError} LINK_GONE if the link shows nothing that this institution offers
 */
export async function getPathwayPreview(session: LiveSession): Promise<PathwayPreview> {
  const { pathway, modules, names, run, moduleKey, ownEnrolmentId } = await readShown(session);
  return {
    pathway,
    run: run && toRun(run),
    modules: modules.map((module) => ({
      key: module.key,
      position: module.position,
      title: module.content.title,
      label: module.content.label,
      minutes: moduleMinutes(module.content),
      opensAfter: findOpensAfter(module, NO_FACTS, names),
    })),
    beginsAt: moduleKey,
    ownEnrolmentId,
  };
}

/** A module of that pathway, as participants read it. @throws {AppError} LINK_GONE; NOT_FOUND for a module of another pathway */
export async function getModulePreview(session: LiveSession, moduleKey: string): Promise<ModulePreview> {
  const { pathway, modules, names, run } = await readShown(session);
  const module = modules.find(({ key }) => key === moduleKey);
  if (!module) throw notFound('This module');
  const { position, content } = module;
  return {
    pathway,
    run: run && toRun(run),
    position,
    opensAfter: findOpensAfter(module, NO_FACTS, names),
    module: content,
  };
}
