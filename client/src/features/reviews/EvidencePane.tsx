import { useId, useRef } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import { IconEye } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ReviewPage } from '../../../../contract/reviews.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { usePieceWords } from '../../components/evidence/usePieceWords.ts';
import type { PieceWords } from '../../components/evidence/usePieceWords.ts';
import type { Quote } from '../../components/words/quoted.ts';
import type { EvidenceTab } from './evidenceTabs.ts';
import { SubmissionTask } from './SubmissionTask.tsx';
import { PieceEvidence } from './PieceEvidence.tsx';
import { TextEvidence } from './TextEvidence.tsx';

export interface EvidencePaneProps {
  page: ReviewPage;
  tabs: readonly EvidenceTab[];
  current: number;
  onCurrent: (index: number) => void;
  seen: ReadonlySet<string>;
  quotes: readonly Quote[];
  /** Where a selection may be quoted from. */
  panel: RefObject<HTMLDivElement | null>;
  onRenew: () => void;
  onOpened: (pieceId: string) => void;
}

interface TabListProps extends Pick<EvidencePaneProps, 'tabs' | 'current' | 'onCurrent'> {
  words: PieceWords;
  id: string;
}

function TabList({ tabs, current, onCurrent, words, id }: TabListProps) {
  const { t } = useTranslation('reviews');
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const mirrored = document.documentElement.dir === 'rtl' ? -1 : 1;
    const steps: Record<string, number> = { ArrowRight: mirrored, ArrowLeft: -mirrored };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (current + step + tabs.length) % tabs.length;
    onCurrent(next);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus();
  };
  return (
    <div ref={list} className="wm-review-tablist" role="tablist" aria-label={t('evidence.label')}>
      {tabs.map((tab, index) => (
        <button
          key={tab.key}
          type="button"
          role="tab"
          id={`${id}-${index}`}
          aria-selected={index === current}
          aria-controls={`${id}-panel`}
          tabIndex={index === current ? 0 : -1}
          onClick={() => onCurrent(index)}
          onKeyDown={onKeyDown}
        >
          <span dir="auto">{tab.kind === 'texts' ? t('evidence.texts') : words.heading(tab.piece)}</span>
        </button>
      ))}
    </div>
  );
}

/** What was submitted, in tabs: the texts first, then each file and link. */
export function EvidencePane(props: EvidencePaneProps) {
  const { page, tabs, current, onCurrent, seen, quotes, panel, onRenew, onOpened } = props;
  const { t } = useTranslation('reviews');
  const id = useId();
  const tab = tabs[current];
  const { changedSince, submittedAt } = page;
  const words = usePieceWords(page);
  if (!tab) return <div className="wm-review-evidence wm-review-scroll">{t('evidence.none')}</div>;
  return (
    <section className="wm-review-evidence" aria-label={t('evidence.label')}>
      <div className="wm-review-tabs wm-no-print">
        <TabList tabs={tabs} current={current} onCurrent={onCurrent} words={words} id={id} />
        <span className="wm-review-seen wm-small">
          <IconEye size={16} stroke={ICON_STROKE} aria-hidden="true" />
          {t('evidence.seen', { seen: seen.size, all: tabs.length })}
        </span>
      </div>
      <div
        ref={panel}
        className="wm-review-scroll wm-review-panel"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${current}`}
        tabIndex={0}
      >
        {current === 0 && <SubmissionTask page={page} />}
        {tab.kind === 'texts' ? (
          <TextEvidence pieces={tab.pieces} words={words} quotes={quotes} changedSince={changedSince} />
        ) : (
          <PieceEvidence
            key={tab.key}
            piece={tab.piece}
            words={words}
            submittedAt={submittedAt}
            onRenew={onRenew}
            onOpened={() => onOpened(tab.piece.id)}
          />
        )}
      </div>
    </section>
  );
}
