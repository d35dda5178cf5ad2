import { useState } from 'react';
import type { z } from 'zod';
import { useTranslation } from 'react-i18next';
import { deepLinkingEndpoints } from '../../../../contract/deepLinking.ts';
import type { DeepLinkingReply } from '../../../../contract/deepLinking.ts';
import { ApiError, hasCode } from '../../api/errors.ts';
import { useSend } from '../../api/queries.ts';
import { nameOf, toItem } from './pickModel.ts';
import type { Pick } from './pickModel.ts';

/**
 * Posts the signed reply to the LMS in this frame, as required by LTI Deep Linking 2.0 §4.5: one field `JWT`. The LMS's own
 * screen then takes over the frame.
 */
function postToLms({ action, jwt }: z.infer<typeof DeepLinkingReply>): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = action;
  form.hidden = true;
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = 'JWT';
  field.value = jwt;
  form.append(field);
  document.body.append(form);
  form.submit();
}

/** The item that a refusal is about, by the path of its fields: `body.items.2`. */
function refusedPick(error: ApiError, picks: readonly Pick[]): Pick | null {
  const index = error.fields.map(({ path }) => /items\.(\d+)/.exec(path)?.[1]).find(Boolean);
  return index === undefined ? null : (picks[Number(index)] ?? null);
}

/** Signs what was picked and returns the frame to the LMS with it. */
export function useDeepLinkingReply() {
  const { t } = useTranslation('pick');
  const [posting, setPosting] = useState(false);
  const reply = useSend(deepLinkingEndpoints.reply, {
    onSuccess: (signed) => {
      setPosting(true);
      postToLms(signed);
    },
  });
  const { error } = reply;
  const refused = hasCode(error, 'ITEM_NOT_ACCEPTED', 'VALIDATION_FAILED', 'NOT_FOUND');
  return {
    send: (picks: readonly Pick[]) => reply.send({ body: { items: picks.map(toItem) } }),
    /** From the press until the LMS has taken over the frame. */
    busy: reply.isPending || posting,
    failure: error === null ? null : refused ? t('refused') : t('failed'),
    problemOf: (picks: readonly Pick[]) => {
      const pick = error instanceof ApiError ? refusedPick(error, picks) : null;
      return pick && error ? { name: nameOf(pick), text: error.message } : null;
    },
    reset: reply.reset,
  };
}
