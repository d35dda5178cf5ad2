import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { REVIEW_KEYS, UNDO_KEY } from './shortcuts.ts';

interface KeysDialogProps {
  opened: boolean;
  onClose: () => void;
  on: boolean;
  onChange: (on: boolean) => void;
}

const SHIFT_E = '⇧E';
const big = (key: string) => key.toUpperCase();
const ROWS = [
  { word: 'level', keys: [REVIEW_KEYS.level1, REVIEW_KEYS.level2, REVIEW_KEYS.level3, REVIEW_KEYS.level4] },
  { word: 'criterion', keys: [REVIEW_KEYS.nextCriterion, REVIEW_KEYS.previousCriterion].map(big) },
  { word: 'comment', keys: [big(REVIEW_KEYS.comment)] },
  { word: 'evidence', keys: [big(REVIEW_KEYS.nextEvidence), SHIFT_E] },
  { word: 'quote', keys: [big(REVIEW_KEYS.quote)] },
  { word: 'approve', keys: [big(REVIEW_KEYS.approve)] },
  { word: 'return', keys: [big(REVIEW_KEYS.giveBack)] },
  { word: 'undo', keys: [big(UNDO_KEY)] },
  { word: 'list', keys: [REVIEW_KEYS.list] },
] as const;

/** All keys of the review, and the switch that turns single keys off. */
export function KeysDialog({ opened, onClose, on, onChange }: KeysDialogProps) {
  const { t } = useTranslation('reviews');
  const id = useId();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('keys.title')}>
      <div className="wm-stack">
        <div>
          <label className="wm-check">
            <input
              type="checkbox"
              checked={on}
              aria-describedby={id}
              onChange={(event) => onChange(event.target.checked)}
            />
            <span>{t('keys.on')}</span>
          </label>
          <p id={id} className="wm-small">
            {t('keys.onHelp')}
          </p>
        </div>
        <dl className="wm-keys">
          {ROWS.map(({ word, keys }) => (
            <div key={word}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{t(`keys.${word}`)}</dd>
            </div>
          ))}
          <div>
            <dt>
              <kbd>{t('keys.esc')}</kbd>
            </dt>
            <dd>{t('keys.leave')}</dd>
          </div>
        </dl>
      </div>
    </Dialog>
  );
}
