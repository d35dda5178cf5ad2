import { useTranslation } from 'react-i18next';
import { useOnline } from '../../api/useOnline.ts';
import { neededLevel } from '../../components/levels/levelPlaces.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { finalRefusalOf } from './reviewAutosave.ts';
import type { ReviewAutosaveState } from './reviewAutosave.ts';
import { listBlockers } from './reviewModel.ts';
import type { Judged } from './reviewModel.ts';

export interface BlockedReason {
  /** Everything that currently prevents Approve and Return; empty if nothing does. */
  readonly text: string;
  /** True if neither is possible, whatever was judged. */
  readonly neither: boolean;
}

const neither = (text: string): BlockedReason => ({ text, neither: true });

/** Why Approve or Return is currently not possible. */
export function useBlockedReason(page: Judged, state: ReviewAutosaveState): BlockedReason {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const online = useOnline();
  if (finalRefusalOf(state)) return neither(t('why.lost'));
  if (state.phase.kind === 'conflict') return neither(t('why.conflict'));
  if (!online) return neither(t('why.offline'));
  const found = listBlockers(page, state.draft);
  // a comment that is too long is refused, and its own message says so
  if (state.phase.kind === 'refused' && !found.some(({ reason }) => reason === 'tooLong')) {
    return neither(t('why.refused'));
  }
  const sentences = found.map(({ reason, criteria }) => {
    const codes = criteria.map(({ code }) => code);
    const values = {
      count: codes.length,
      codes: format.list(codes),
      code: codes[0] ?? 'none',
      level: neededLevel(page.scale),
    };
    return reason === 'tooLong' ? t('block.tooLong', values) : t(`why.${reason}`, values);
  });
  return { text: sentences.join(' '), neither: false };
}
