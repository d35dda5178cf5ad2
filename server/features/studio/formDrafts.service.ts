import { randomUUID } from 'node:crypto';
import { copyForm } from '../../../contract/contentCopies.ts';
import { splitForm, type FormPart } from '../../../contract/formParts.ts';
import type { FormDraftSource } from '../../../contract/forms.ts';
import type { Deps } from '../../deps.ts';
import type { Actor } from '../audit/audit.service.ts';
import { getNewestForm } from '../observationForms/forms.service.ts';
import { findOrBegin, type Beginning } from './drafts.service.ts';
import { toSlug } from './slugs.ts';

/** Minutes of a form for which nobody has said otherwise: a lesson. */
const LESSON_MINUTES = 45;

function blankPart({ formKey, title }: Extract<FormDraftSource, { from: 'blank' }>): FormPart {
  return {
    type: 'form',
    key: formKey,
    slug: toSlug(title, 'form', formKey),
    title,
    purpose: '',
    setting: 'visit',
    minutes: LESSON_MINUTES,
    preConference: 'optional',
    ratings: false,
    reflectFirst: true,
    framework: null,
    levels: [],
    licence: '',
    source: '',
    sections: [],
  };
}

async function toBeginning(institutionId: string, source: FormDraftSource): Promise<Beginning> {
  switch (source.from) {
    case 'blank':
      return { parts: [blankPart(source)], baseVersion: null };
    case 'version': {
      const { n, content } = await getNewestForm(institutionId, source.formKey);
      return { parts: splitForm(content), baseVersion: n };
    }
    case 'copy': {
      const { content } = await getNewestForm(institutionId, source.of);
      return { parts: splitForm(copyForm(content, source.formKey, randomUUID)), baseVersion: null };
    }
  }
}

/**
 * Begins the draft of an observation form's next version, or finds the one that is open: two who begin at once get the same.
 *
 * @returns its id
 * @throws {AppError} NOT_FOUND if what it is to begin from is not there
 */
export async function beginFormDraft(
  deps: Pick<Deps, 'clock'>,
  actor: Actor & { personId: string },
  source: FormDraftSource,
): Promise<string> {
  const { from, formKey } = source;
  return findOrBegin(deps, actor, {
    kind: 'form',
    contentKey: formKey,
    facts: { from, formKey },
    begin: () => toBeginning(actor.institutionId, source),
  });
}
