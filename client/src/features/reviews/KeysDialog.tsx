import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Scale } from '../../../../contract/content.ts';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { levelKeys, REVIEW_KEYS, UNDO_KEY } from './shortcuts.ts';

interface KeysDialogProps {
  scale: Scale;
  opened: boolean;
  onClose: () => void;
  on: boolean;
  onChange: (on: boolean) => void;
}

const SHIFT_E = '⇧E';
const big = (key: string) => key.toUpperCase();
const ROWS = [
  { word: 'criterion', keys: [REVIEW_KEYS.nextCriterion, REVIEW_KEYS.previousCriterion].map(big) },
  { word: 'comment', keys: [big(REVIEW_KEYS.comment)] },
  { word: 'evidence', keys: [big(REVIEW_KEYS.nextEvidence), SHIFT_E] },
  { word: 'quote', keys: [big(REVIEW_KEYS.quote)] },
  { word: 'approve', keys: [big(REVIEW_KEYS.approve)] },
  { word: 'return', keys: [big(REVIEW_KEYS.giveBack)] },
  { word: 'undo', keys: [big(UNDO_KEY)] },
  { word: 'list', keys: [REVIEW_KEYS.list] },
] as const;

function Keys({ keys, children }: { keys: readonly string[]; children: string }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

/** All keys of the review, and the switch that turns single keys off. */
export function KeysDialog({ scale, opened, onClose, on, onChange }: KeysDialogProps) {
  const { t } = useTranslation('reviews');
  const id = useId();
  const { levels } = scale;
  const ends = { lowest: levels[0]?.name ?? '', highest: levels.at(-1)?.name ?? '' };
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
          <Keys keys={levelKeys(levels.length)}>{t('keys.level', ends)}</Keys>
          {ROWS.map(({ word, keys }) => (
            <Keys key={word} keys={keys}>
              {t(`keys.${word}`)}
            </Keys>
          ))}
          <Keys keys={[t('keys.esc')]}>{t('keys.leave')}</Keys>
        </dl>
      </div>
    </Dialog>
  );
}
