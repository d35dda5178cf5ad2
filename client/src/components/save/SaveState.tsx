import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconAlertTriangle, IconCheck, IconCloudOff, IconRefresh } from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { useAnnounce } from '../live/Announcer.tsx';
import { saveMessage } from '../../autosave/saveState.ts';
import type { Save, SaveWord } from '../../autosave/saveState.ts';
import { useThrottledWord } from './useThrottledWord.ts';
import './save.css';

const ICONS: Readonly<Record<SaveWord, Icon>> = {
  saving: IconRefresh,
  saved: IconCheck,
  history: IconCheck,
  notSaved: IconAlertTriangle,
  offlineKept: IconCloudOff,
  offlineLost: IconAlertTriangle,
  trying: IconAlertTriangle,
  stuck: IconAlertTriangle,
};

export interface SaveStateProps {
  save: Save;
  /** The unsaved text, for [Copy] when the wording says that nothing else keeps it. */
  textToCopy?: () => string;
  /** Opens the page in its own window, where storage works; offered if this frame has none. */
  onOwnWindow?: () => void;
}

/**
 * The only save state of a page, at the end of the frame bar. The word is not a live region; trouble and its end are announced.
 */
export function SaveState({ save, textToCopy, onOwnWindow }: SaveStateProps) {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const word = useThrottledWord(save);
  const before = useRef<SaveWord | null>(word);

  useEffect(() => {
    const message = saveMessage(before.current, word);
    before.current = word;
    if (message === null) return;
    const say = message === 'savedAgain' || message === 'offlineKept' ? announce.polite : announce.assertive;
    say(t(`save.announce.${message}`));
  }, [word, announce, t]);

  if (word === null) return null;
  const Shape = ICONS[word];
  const unsafe = word === 'offlineLost' || word === 'stuck' || word === 'notSaved';
  return (
    <span className="wm-save" data-word={word}>
      <Shape size={16} stroke={ICON_STROKE} aria-hidden="true" />
      <span className="wm-save-word">{t(`save.${word}`)}</span>
      {unsafe && textToCopy && <CopyButton text={textToCopy} />}
      {word === 'offlineLost' && onOwnWindow && (
        <button type="button" className="wm-link" onClick={onOwnWindow}>
          {t('save.ownWindow')}
        </button>
      )}
    </span>
  );
}

/** Copies a text and reports it in its own label. */
export function CopyButton({ text, label }: { text: () => string; label?: string }) {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  return (
    <button
      type="button"
      className="wm-link"
      onClick={() => {
        void copyText(text()).then(setDone);
      }}
    >
      {done ? t('save.copied') : (label ?? t('save.copy'))}
    </button>
  );
}

/**
 * Puts text on the clipboard; a frame without the clipboard permission falls back to a selection.
 * @returns whether it was copied
 */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = document.createElement('textarea');
    box.value = text;
    box.className = 'wm-copy-box';
    document.body.append(box);
    box.select();
    const done = document.execCommand('copy');
    box.remove();
    return done;
  }
}
