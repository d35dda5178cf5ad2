import { useTranslation } from 'react-i18next';
import type { CycleNumber } from '../../../../contract/cycleNumber.ts';
import type { PieceKind } from '../../../../contract/evidence.ts';
import { useCycleWords } from '../steps/steps.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';

/** A piece of a submission, as far as its name needs it. */
export interface NamedPiece {
  readonly kind: PieceKind;
  readonly title: string;
  readonly question: string | null;
  readonly cycle: CycleNumber;
  readonly criteria: readonly string[];
}

export interface PieceWords {
  /** The question of a text with its cycle, the name of a file or link. */
  readonly heading: (piece: NamedPiece) => string;
  /** "Evidence for A and C"; empty if it is for none. */
  readonly speaksTo: (piece: NamedPiece) => string;
}

interface PieceContext {
  readonly criteria: readonly { readonly key: string; readonly code: string }[];
  /** When the previous round was submitted (ISO instant); null in the first. */
  readonly changedSince: string | null;
}

/** The wording for a piece of a submission: the same where its author checks it and where its reviewer reads it. */
export function usePieceWords({ criteria, changedSince }: PieceContext): PieceWords {
  const { t } = useTranslation();
  const format = useFormat();
  const inCycle = useCycleWords();
  return {
    heading: ({ kind, question, title, cycle }) => {
      if (kind !== 'change_note') return inCycle(cycle, question ?? title);
      return changedSince
        ? t('evidence.changed', { day: format.shortDay(changedSince) })
        : t('evidence.changedPlain');
    },
    speaksTo: (piece) => {
      const codes = criteria.filter(({ key }) => piece.criteria.includes(key)).map(({ code }) => code);
      return codes.length === 0 ? '' : t('evidence.speaksTo', { criteria: format.list(codes) });
    },
  };
}
