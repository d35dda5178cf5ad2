import { useEffect, useRef } from 'react';
import type { KeyboardEvent as ReactKeyboardEvent, MouseEvent as ReactMouseEvent } from 'react';
import { Button } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import type { Outcome, ReviewDraft } from './reviewModel.ts';
import { useOutgoing } from './useOutgoing.ts';
import type { Outlook } from './useOutgoing.ts';
import { Marked } from '../../components/words/Marked.tsx';

export interface DecisionBarProps {
  page: ReviewPage;
  draft: ReviewDraft;
  /** Which decision is waiting for confirmation. */
  asking: Outcome | null;
  onAsk: (outcome: Outcome) => void;
  onCancel: () => void;
  onConfirm: (outcome: Outcome) => void;
  pending: boolean;
  /** Why it has not been sent. */
  failure: string | null;
  /** Everything that prevents Approve and Return; empty if nothing does. */
  whyNot: string;
  /** True if that decision is not possible yet: pressing it leads to the reason. */
  blocked: Readonly<Record<Outcome, boolean>>;
  outlook: Outlook;
  /** Names of files and links that were not opened. */
  unopened: readonly string[];
  showKeys: boolean;
  onKeys: () => void;
  onKnows: () => void;
}

/** A space that comes sooner belongs to a word typed outside its field: "a " must not approve anything. */
const TYPED_WITHIN_MS = 600;

/** Accepts a press of the confirming button, except a space right after the key that opened it. */
function useDeliberatePress(asking: Outcome, confirm: () => void) {
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
  const { page, draft, asking, onCancel, onConfirm, pending, failure, outlook, unopened } = props;
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const outgoing = useOutgoing(page, draft, outlook)(asking);
  const warning = unopened.length > 0 ? t('confirm.unopened', { names: format.list(unopened) }) : null;
  useAnnouncement(failure ?? [outgoing, warning].filter(Boolean).join(' '));
  const press = useDeliberatePress(asking, () => onConfirm(asking));
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
        <p id="review-outgoing">{outgoing}</p>
        {warning && (
          <p id="review-unopened" className="wm-review-warning">
            <IconEyeOff size={16} stroke={ICON_STROKE} aria-hidden="true" />
            {warning}
          </p>
        )}
        {failure !== null && <p className="wm-field-problem">{failure}</p>}
      </div>
      <div className="wm-review-decide">
        <Button variant="default" onClick={onCancel}>
          {t('confirm.not')}
        </Button>
        <Button
          ref={confirm}
          loading={pending}
          aria-describedby={warning ? 'review-outgoing review-unopened' : 'review-outgoing'}
          {...press}
          rightSection={<kbd aria-hidden="true">{t('confirm.enter')}</kbd>}
        >
          {t(`bar.${asking}`)}
        </Button>
      </div>
    </div>
  );
}

/** The foot of a review: decide, pass it to someone else, the keys. */
export function DecisionBar(props: DecisionBarProps) {
  const { asking, onAsk, onKnows, onKeys, showKeys, whyNot, blocked } = props;
  const { t } = useTranslation('reviews');
  if (asking) return <Confirm {...props} asking={asking} />;
  const barred = (outcome: Outcome) =>
    blocked[outcome] ? ({ 'aria-disabled': true, 'aria-describedby': 'review-why' } as const) : {};
  return (
    <div className="wm-review-bar wm-gives-way wm-no-print">
      {whyNot !== '' && (
        <p id="review-why" className="wm-review-why wm-small">
          {whyNot}
        </p>
      )}
      <Button variant="subtle" className="wm-review-knows" onClick={onKnows}>
        {t('bar.knows')}
      </Button>
      {showKeys ? (
        <button type="button" className="wm-review-hint" onClick={onKeys}>
          <Marked text={t('bar.hint')} />
        </button>
      ) : (
        <button type="button" className="wm-link wm-review-hint" onClick={onKeys}>
          {t('bar.keysButton')}
        </button>
      )}
      <div className="wm-review-decide">
        <Button variant="default" onClick={() => onAsk('return')} {...barred('return')}>
          {t('bar.return')}
        </Button>
        <Button onClick={() => onAsk('approve')} {...barred('approve')}>
          {t('bar.approve')}
        </Button>
      </div>
    </div>
  );
}
