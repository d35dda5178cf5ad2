import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deepLinkingEndpoints } from '../../../../contract/deepLinking.ts';
import { ApiError, hasCode } from '../../api/errors.ts';
import { useSend } from '../../api/queries.ts';
import { handOver } from './handOver.ts';
import { nameOf, toItem } from './pickModel.ts';
import type { Pick } from './pickModel.ts';

/** The item that a refusal is about, by the path of its fields: `body.items.2`. */
function refusedPick(error: ApiError, picks: readonly Pick[]): Pick | null {
  const index = error.fields.map(({ path }) => /items\.(\d+)/.exec(path)?.[1]).find(Boolean);
  return index === undefined ? null : (picks[Number(index)] ?? null);
}

/** Signs what was picked and returns the frame to the LMS with it. */
export function useHandOver() {
  const { t } = useTranslation('pick');
  const [handing, setHanding] = useState(false);
  const reply = useSend(deepLinkingEndpoints.reply, {
    onSuccess: (signed) => {
      setHanding(true);
      handOver(signed);
    },
  });
  const { error } = reply;
  const refused = hasCode(error, 'ITEM_NOT_ACCEPTED', 'VALIDATION_FAILED', 'NOT_FOUND');
  return {
    send: (picks: readonly Pick[]) => reply.send({ body: { items: picks.map(toItem) } }),
    /** From the press until the LMS has taken over the frame. */
    busy: reply.isPending || handing,
    failure: error === null ? null : refused ? t('refused') : t('failed'),
    problemOf: (picks: readonly Pick[]) => {
      const pick = error instanceof ApiError ? refusedPick(error, picks) : null;
      return pick && error ? { name: nameOf(pick), text: error.message } : null;
    },
    reset: reply.reset,
  };
}
