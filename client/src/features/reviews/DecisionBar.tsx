import { useEffect, useRef } from 'react';
import type { KeyboardEvent as ReactKeyboardEvent, MouseEvent as ReactMouseEvent } from 'react';
import { Button } from '@mantine/core';
import { Trans, useTranslation } from 'react-i18next';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import { useSaid } from '../../components/live/useSaid.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { belowMeets, commentedCriteria, openCriteria } from './reviewModel.ts';
import type { ReviewDraft } from './reviewModel.ts';

export type Outcome = 'approve' | 'return';

export interface DecisionBarProps {
  page: ReviewPage;
  draft: ReviewDraft;
  /** Which decision waits for its confirmation. */
  asking: Outcome | null;
  onAsk: (outcome: Outcome) => void;
  onCancel: () => void;
  onConfirm: (outcome: Outcome) => void;
  pending: boolean;
  /** Why it has not gone out. */
  failure: string | null;
  showKeys: boolean;
  onKeys: () => void;
  onKnows: () => void;
}

/** One line that says what goes out: what is decided can't be taken back. */
function useOutgoing(page: ReviewPage, draft: ReviewDraft): (outcome: Outcome) => string {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const open = openCriteria(page);
  const codes = (criteria: readonly { code: string }[]) => format.list(criteria.map(({ code }) => code));
  const commented = commentedCriteria(open, draft);
  const words = [
    ...(commented.length > 0
      ? [t('confirm.comments', { count: commented.length, codes: codes(commented) })]
      : []),
    ...(draft.summary.trim() === '' ? [] : [t('confirm.summary')]),
  ];
  return (outcome) => {
    if (outcome === 'approve') {
      const columns = page.columns.map(({ points, course }) => t('confirm.columns', { points, course }));
      return t('confirm.approve', {
        what: format.list([t('confirm.badge', { badge: page.achievement }), ...columns, ...words]),
      });
    }
    const below = belowMeets(open, draft);
    const rest = below.length < page.criteria.length ? [t('confirm.rest')] : [];
    const sentence = t('confirm.return', { codes: codes(below), what: format.list(words) });
    return [sentence, ...rest].join(' ');
  };
}

/** A space that comes sooner belongs to a word that is typed beside its field: "a " must not approve anything. */
const TYPED_WITHIN_MS = 600;

/** Takes a press of the confirming button, but for a space right after the key that opened it. */
function useMeantPress(asking: Outcome, confirm: () => void) {
  const opened = useRef(0);
  const lastKey = useRef('');
  useEffect(() => {
    opened.current = performance.now();
  }, [asking]);
  return {
    onKeyDown: (event: ReactKeyboardEvent) => {
      lastKey.current = event.key;
    },
    onClick: (event: ReactMouseEvent) => {
      const byKey = event.detail === 0 && lastKey.current === ' ';
      if (!byKey || performance.now() - opened.current > TYPED_WITHIN_MS) confirm();
    },
  };
}

function Confirm(props: DecisionBarProps & { asking: Outcome }) {
  const { page, draft, asking, onCancel, onConfirm, pending, failure } = props;
  const { t } = useTranslation('reviews');
  const outgoing = useOutgoing(page, draft);
  useSaid(failure);
  const press = useMeantPress(asking, () => onConfirm(asking));
  const confirm = useRef<HTMLButtonElement>(null);
  const cancel = useRef(onCancel);
  useEffect(() => {
    cancel.current = onCancel;
  });
  useEffect(() => {
    confirm.current?.focus();
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') cancel.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [asking]);
  return (
    <div className="wm-review-bar" role="group" aria-label={t(`bar.${asking}`)}>
      <div className="wm-review-outgoing">
        <p id="review-outgoing">{outgoing(asking)}</p>
        {failure !== null && <p className="wm-field-problem">{failure}</p>}
      </div>
      <div className="wm-review-decide">
        <Button variant="default" onClick={onCancel}>
          {t('confirm.not')}
        </Button>
        <Button
          ref={confirm}
          loading={pending}
          aria-describedby="review-outgoing"
          {...press}
          rightSection={<kbd aria-hidden="true">{t('confirm.enter')}</kbd>}
        >
          {t(`bar.${asking}`)}
        </Button>
      </div>
    </div>
  );
}

/** The foot of a review: decide, give it to someone else, the keys. */
export function DecisionBar(props: DecisionBarProps) {
  const { asking, onAsk, onKnows, onKeys, showKeys } = props;
  const { t } = useTranslation('reviews');
  if (asking) return <Confirm {...props} asking={asking} />;
  return (
    <div className="wm-review-bar wm-gives-way wm-no-print">
      <Button variant="subtle" className="wm-review-knows" onClick={onKnows}>
        {t('bar.knows')}
      </Button>
      {showKeys ? (
        <button type="button" className="wm-review-hint" onClick={onKeys}>
          <Trans t={t} i18nKey="bar.hint" components={{ k: <kbd /> }} />
        </button>
      ) : (
        <button type="button" className="wm-link wm-review-hint" onClick={onKeys}>
          {t('bar.keysButton')}
        </button>
      )}
      <div className="wm-review-decide">
        <Button variant="default" onClick={() => onAsk('return')}>
          {t('bar.return')}
        </Button>
        <Button onClick={() => onAsk('approve')}>{t('bar.approve')}</Button>
      </div>
    </div>
  );
}
