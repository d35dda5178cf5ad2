import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { FORMS_MAX } from '../../../contract/forms.ts';
import type { FormContent } from '../../../contract/observationForms.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { appendAudit, operatorOf, type Actor } from '../audit/audit.service.ts';
import { contentHash, publishing, type VersionNote } from '../catalog/publishing.service.ts';
import {
  ObservationFormModel,
  ObservationFormVersionModel,
  type ObservationFormVersionDoc,
} from './form.model.ts';
import { findNewestForm } from './forms.service.ts';

interface Publishing {
  note: VersionNote;
  /** Called within the transaction if there is a new version. */
  onNew?: () => Promise<void>;
  tx: ClientSession;
}

/** @throws {AppError} VALIDATION_FAILED if the institution has as many forms as it may */
async function requireRoom(institutionId: string, tx: ClientSession): Promise<void> {
  if ((await ObservationFormModel.countDocuments({ institutionId }).session(tx)) < FORMS_MAX) return;
  throw new AppError(
    'VALIDATION_FAILED',
    `There are already ${FORMS_MAX} observation forms. Publish the next version of one that is no longer needed instead.`,
  );
}

/**
 * Publishes a form as its next version, within a transaction. If the newest version has the same content, there is no new one. Versions
 * never change afterwards.
 *
 * @returns the version that is the newest now
 * @throws a duplicate key if another transaction published at the same moment: the caller begins again (`publishing`)
 */
export async function publishFormInTransaction(
  { clock }: Pick<Deps, 'clock'>,
  actor: Actor,
  content: FormContent,
  { note, onNew, tx }: Publishing,
): Promise<ObservationFormVersionDoc> {
  const { institutionId } = actor;
  const { key, title, purpose } = content;
  const newest = await findNewestForm(institutionId, key, tx);
  const hash = contentHash(content);
  if (newest?.contentHash === hash) return newest;
  if (!newest) await requireRoom(institutionId, tx);
  const n = (newest?.n ?? 0) + 1;
  const publishedAt = clock.now();
  const version = {
    _id: randomUUID(),
    institutionId,
    formKey: key,
    n,
    contentHash: hash,
    content,
    publishedAt,
    ...note,
  };
  await ObservationFormVersionModel.create([version], { session: tx });
  await ObservationFormModel.updateOne(
    { institutionId, key },
    {
      $set: { title, purpose, version: n, versionId: version._id, publishedAt },
      $setOnInsert: { _id: randomUUID() },
    },
    { upsert: true, session: tx },
  );
  const subject = { kind: 'form', id: key };
  await appendAudit({ clock }, actor, { action: 'form.published', subject, facts: { version: n } }, tx);
  await onNew?.();
  return version;
}

/** Publishes a form as the operator: `publishFormInTransaction`, in a transaction of its own. */
export async function publishForm(
  deps: Pick<Deps, 'clock'>,
  institutionId: string,
  content: FormContent,
): Promise<ObservationFormVersionDoc> {
  return publishing((tx) =>
    publishFormInTransaction(deps, operatorOf(institutionId), content, { note: {}, tx }),
  );
}
