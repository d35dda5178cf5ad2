import { useEffect, useRef, useState } from 'react';
import { saveWord } from '../../autosave/saveState.ts';
import type { Save, SaveWord } from '../../autosave/saveState.ts';

/** The word may change at most once in this time; otherwise it would flicker with every keystroke. */
const CALM_MS = 1000;
const LOOK_AGAIN_MS = 5000;

/** The word for a state, changing at most once a second, and automatically once retrying has lasted too long. */
export function useThrottledWord(save: Save): SaveWord | null {
  const [word, setWord] = useState<SaveWord | null>(() => saveWord(save, new Date()));
  const changedAt = useRef(0);

  useEffect(() => {
    const apply = () => {
      setWord((before) => {
        const next = saveWord(save, new Date());
        if (next !== before) changedAt.current = Date.now();
        return next;
      });
    };
    const wait = Math.max(0, changedAt.current + CALM_MS - Date.now());
    const timer = setTimeout(apply, wait);
    const looking = save.kind === 'failing' ? setInterval(apply, LOOK_AGAIN_MS) : undefined;
    return () => {
      clearTimeout(timer);
      clearInterval(looking);
    };
  }, [save]);

  return word;
}
