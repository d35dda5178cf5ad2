import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import type { LevelKey } from '../../../../contract/content.ts';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { windowIds } from '../../storage/windowIds.ts';
import type { WindowIds } from '../../storage/windowIds.ts';
import { evidenceTabs, showsItself } from './evidenceTabs.ts';
import type { EvidenceTab } from './evidenceTabs.ts';
import type { ReviewAutosave } from './reviewAutosave.ts';
import { judgementOf, openCriteria, SUMMARY } from './reviewModel.ts';
import { toQuotes, withQuotes } from './quotes.ts';

/** Moves focus once React has rendered its target. */
function focusSoon(find: () => HTMLElement | null | undefined): void {
  requestAnimationFrame(() => find()?.focus());
}

const headingOf = (key: string) => document.querySelector<HTMLElement>(`[data-criterion="${key}"]`);

/** The current criterion and moving between them. */
export function useCriteria(page: ReviewPage, autosave: ReviewAutosave) {
  const open = useMemo(() => openCriteria(page), [page]);
  const places = [...open.map(({ key }) => key), SUMMARY];
  const [current, setCurrent] = useState(() => {
    const { draft } = autosave.state();
    const undecided = open.find(({ key }) => judgementOf(draft, key).level === null);
    return undecided?.key ?? open[0]?.key ?? SUMMARY;
  });
  const comment = useRef<HTMLTextAreaElement | null>(null);

  const go = (key: string) => {
    setCurrent(key);
    focusSoon(() => headingOf(key));
  };
  const step = (by: number) => {
    const next = places[Math.min(places.length - 1, Math.max(0, places.indexOf(current) + by))];
    if (next !== undefined) go(next);
  };
  const setLevel = (level: LevelKey) => {
    if (current === SUMMARY) return;
    autosave.judge({ ...judgementOf(autosave.state().draft, current), level });
  };
  return {
    open,
    current,
    go,
    step,
    /** One for each level, low to high: gives it to the current criterion. */
    setLevels: page.scale.levels.map(
      ({ key }) =>
        () =>
          setLevel(key),
    ),
    comment,
    writeComment: () => comment.current?.focus(),
    /** Opens a criterion with the cursor in its comment. */
    goToComment: (key: string) => {
      setCurrent(key);
      focusSoon(() => comment.current);
    },
  };
}

/** Ids of the pieces of a review that were opened in this window. */
const openedIn = (reviewId: string): WindowIds => windowIds('opened', reviewId);

const displayedPieces = (tab: EvidenceTab | undefined): string[] =>
  tab?.kind === 'piece' && showsItself(tab.piece) ? [tab.piece.id] : [];

/** Tabs of the evidence; counts those that were viewed, and knows which files and links were opened. */
export function useEvidence(page: ReviewPage) {
  const tabs = useMemo(() => evidenceTabs(page), [page]);
  const [current, setCurrent] = useState(0);
  const [seen, setSeen] = useState<ReadonlySet<string>>(
    () => new Set(tabs.slice(0, 1).map(({ key }) => key)),
  );
  const [opened, setOpened] = useState<ReadonlySet<string>>(
    () => new Set([...openedIn(page.id).read(), ...displayedPieces(tabs[0])]),
  );
  const panel = useRef<HTMLDivElement | null>(null);
  useEffect(() => openedIn(page.id).write(opened), [page.id, opened]);

  const open = useCallback((...ids: string[]) => setOpened((before) => new Set([...before, ...ids])), []);
  const show = (index: number) => {
    const tab = tabs[index];
    if (!tab) return;
    setCurrent(index);
    setSeen((before) => new Set([...before, tab.key]));
    open(...displayedPieces(tab));
    panel.current?.scrollTo?.(0, 0);
  };
  return {
    tabs,
    current,
    seen,
    opened,
    panel,
    show,
    /** A link was followed, or a file downloaded. */
    onOpened: open,
    step: (by: number) => show((current + by + tabs.length) % tabs.length),
  };
}

/** Copies the selection in the evidence into the comment of the current criterion. */
export function useQuoting(
  autosave: ReviewAutosave,
  criteria: ReturnType<typeof useCriteria>,
  panel: ReturnType<typeof useEvidence>['panel'],
): () => void {
  const { t } = useTranslation('reviews');
  const announce = useAnnounce();
  const { current, comment, open } = criteria;
  return useCallback(() => {
    const selection = window.getSelection();
    const anchor = selection?.anchorNode;
    // the author's task is shown there too, and is not their text
    const isAsked = Boolean(anchor?.parentElement?.closest('.wm-review-asked'));
    const inside = anchor && !isAsked && panel.current?.contains(anchor);
    const quotes = inside ? toQuotes(selection.toString()) : [];
    const criterion = open.find(({ key }) => key === current);
    if (!criterion || quotes.length === 0) {
      announce.polite(t('rubric.quoteNone'));
      return;
    }
    const judgement = judgementOf(autosave.state().draft, criterion.key);
    autosave.judge({ ...judgement, comment: withQuotes(judgement.comment, quotes) });
    selection?.removeAllRanges();
    announce.polite(t('rubric.quoted', { code: criterion.code }));
    focusSoon(() => {
      const field = comment.current;
      field?.setSelectionRange(field.value.length, field.value.length);
      return field;
    });
  }, [autosave, current, open, comment, panel, announce, t]);
}
