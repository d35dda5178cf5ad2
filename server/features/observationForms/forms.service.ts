import type { ClientSession } from 'mongoose';
import { FORMS_MAX, type FormChoice } from '../../../contract/forms.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { join } from '../../combinedRead.ts';
import { notFound } from '../../errors.ts';
import { appendAudit, type Actor } from '../audit/audit.service.ts';
import {
  ObservationFormModel,
  ObservationFormVersionModel,
  type ObservationFormDoc,
  type ObservationFormVersionDoc,
} from './form.model.ts';

/** More than a form has. */
const VERSIONS_SHOWN = 500;

/** An observation form of the institution, offered or retired. @throws {AppError} NOT_FOUND */
export async function getForm(
  institutionId: string,
  key: string,
  tx?: ClientSession,
): Promise<ObservationFormDoc> {
  const form = await ObservationFormModel.findOne({ institutionId, key })
    .session(tx ?? null)
    .lean();
  if (!form) throw notFound('This observation form');
  return form;
}

/** The newest published version of a form; null if there is none. */
export async function findNewestForm(
  institutionId: string,
  formKey: string,
  tx?: ClientSession,
): Promise<ObservationFormVersionDoc | null> {
  return ObservationFormVersionModel.findOne({ institutionId, formKey })
    .sort({ n: -1 })
    .session(tx ?? null)
    .lean();
}

/** The newest published version of a form. @throws {AppError} NOT_FOUND */
export async function getNewestForm(
  institutionId: string,
  formKey: string,
): Promise<ObservationFormVersionDoc> {
  const newest = await findNewestForm(institutionId, formKey);
  if (!newest) throw notFound('This observation form');
  return newest;
}

/** A published version of a form, also of one that was retired since. It never changes. @throws {AppError} NOT_FOUND */
export async function getFormVersion(
  institutionId: string,
  formKey: string,
  n: number,
): Promise<ObservationFormVersionDoc> {
  const version = await ObservationFormVersionModel.findOne({ institutionId, formKey, n }).lean();
  if (!version) throw notFound('This version');
  return version;
}

/** The versions of a form, newest first, without their content. */
export async function listFormVersions(
  institutionId: string,
  formKey: string,
): Promise<Omit<ObservationFormVersionDoc, 'content'>[]> {
  return ObservationFormVersionModel.find({ institutionId, formKey }, { content: 0 })
    .sort({ n: -1 })
    .limit(VERSIONS_SHOWN)
    .lean();
}

/** All forms of the institution by title, offered and retired. */
export async function listAllForms(institutionId: string): Promise<ObservationFormDoc[]> {
  return ObservationFormModel.find({ institutionId }).sort({ title: 1, _id: 1 }).limit(FORMS_MAX).lean();
}

/** Forms that a new observation may use, each in its newest version, by title. */
export async function listForms(institutionId: string): Promise<FormChoice[]> {
  type Found = ObservationFormDoc & { versions: Pick<ObservationFormVersionDoc, 'content'>[] };
  const found = await ObservationFormModel.aggregate<Found>([
    { $match: { institutionId, retiredAt: null } },
    { $sort: { title: 1, _id: 1 } },
    { $limit: FORMS_MAX },
    join(ObservationFormVersionModel, { institutionId, local: 'versionId', foreign: '_id', as: 'versions' }, [
      { $project: { 'content.sections': 0 } },
    ]),
  ]);
  return found.flatMap(({ version, versions }): FormChoice[] =>
    versions.map(({ content }) => {
      const { key, title, purpose, setting, minutes, preConference, ratings } = content;
      return { key, title, purpose, setting, minutes, preConference, ratings, version };
    }),
  );
}

/** Retires a form, so that no new observation uses it, or takes that back. Observations that use it go on. @throws {AppError} NOT_FOUND */
export async function setFormRetired(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  key: string,
  retired: boolean,
): Promise<void> {
  const { institutionId } = actor;
  await inTransaction(async (tx) => {
    const { retiredAt } = await getForm(institutionId, key, tx);
    if ((retiredAt !== null) === retired) return;
    const change = { $set: { retiredAt: retired ? deps.clock.now() : null } };
    await ObservationFormModel.updateOne({ institutionId, key }, change, { session: tx });
    const action = retired ? 'form.retired' : 'form.reinstated';
    await appendAudit(deps, actor, { action, subject: { kind: 'form', id: key } }, tx);
  });
}
