import { useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent, PointerEvent } from 'react';
import { IconChevronUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Criterion, LevelKey, Scale } from '../../../../contract/content.ts';
import { Cairn } from '../cairn/Cairn.tsx';
import { Dialog } from '../dialog/Dialog.tsx';
import { placeOf } from '../levels/levelPlaces.ts';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { AlignedItems } from './AlignedItems.tsx';
import { RubricLevels } from './RubricLevels.tsx';
import { headingMark } from './rubricModel.ts';
import type { RubricMarks } from './rubricModel.ts';
import './sheet.css';

export interface RubricSheetProps {
  scale: Scale;
  criteria: readonly Criterion[];
  marks?: RubricMarks;
  onChoose?: (criterionKey: string, level: LevelKey) => void;
  /** The criterion that the current text speaks to; the peek bar names it. */
  current: string;
  onCurrent: (criterionKey: string) => void;
}

const NORMAL = 0.62;
const LARGE = 0.92;
const MIDDLE = (NORMAL + LARGE) / 2;
/** Pulled below this, the sheet closes. */
const CLOSES_BELOW = 0.35;

/** The share of the visible part that a sheet would take with its upper edge at `y`. */
function shareAt(handle: Element, y: number): number {
  const overlay = handle.closest<HTMLElement>('.wm-overlay');
  const part = Number.parseFloat(overlay?.style.getPropertyValue('--wm-part-height') ?? '');
  const bottom = handle.closest('.wm-dialog')?.getBoundingClientRect().bottom ?? window.innerHeight;
  return (bottom - y) / (part > 0 ? part : window.innerHeight);
}

/** Drags the sheet's upper edge; a tap, Enter or the arrow keys do the same. */
function Handle(props: { share: number; onShare: (share: number) => void; onClose: () => void }) {
  const { share, onShare, onClose } = props;
  const { t } = useTranslation();
  const dragged = useRef(false);
  const large = share > MIDDLE;

  const settle = (at: number) => {
    if (at < CLOSES_BELOW) onClose();
    else onShare(at > MIDDLE ? LARGE : NORMAL);
  };
  const drag = (event: PointerEvent<HTMLButtonElement>) => {
    const handle = event.currentTarget;
    const startY = event.clientY;
    let at = share;
    dragged.current = false;
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => {
      dragged.current ||= Math.abs(move.clientY - startY) > 6;
      if (!dragged.current) return;
      at = Math.min(LARGE, Math.max(0.2, shareAt(handle, move.clientY)));
      onShare(at);
    };
    const end = () => {
      handle.onpointermove = null;
      handle.onpointerup = null;
      handle.onpointercancel = null;
      if (dragged.current) settle(at);
    };
    handle.onpointerup = end;
    handle.onpointercancel = end;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowUp') onShare(LARGE);
    if (event.key === 'ArrowDown') onShare(NORMAL);
  };
  return (
    <button
      type="button"
      className="wm-sheet-handle"
      aria-label={t(large ? 'rubric.smaller' : 'rubric.larger')}
      onPointerDown={drag}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        // the click after a drag does not count; one by key (detail 0) always does
        if (dragged.current && event.detail > 0) return;
        onShare(large ? NORMAL : LARGE);
      }}
    />
  );
}

/** On phones: a peek bar of 52 px above the main button that opens the rubric as a sheet, one criterion at a time. */
export function RubricSheet(props: RubricSheetProps) {
  const { scale, criteria, marks = {}, onChoose, current, onCurrent } = props;
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [share, setShare] = useState(NORMAL);
  const criterion = criteria.find((one) => one.key === current) ?? criteria[0];
  if (!criterion) return null;

  const open = (event: MouseEvent<HTMLButtonElement>) => {
    // Takes focus from the text, so that a phone's keyboard closes; Safari would leave it open.
    event.currentTarget.focus({ preventScroll: true });
    setShare(NORMAL);
    setOpened(true);
  };
  const close = () => setOpened(false);
  const placeIn = (key: string) => placeOf(scale, headingMark(marks, key)?.level ?? null);
  return (
    <>
      <button type="button" className="wm-peek" aria-haspopup="dialog" aria-expanded={opened} onClick={open}>
        <Cairn place={placeIn(criterion.key)} />
        <span className="wm-peek-words">
          <span>{t('rubric.open', { code: criterion.code })}</span> <bdi>{criterion.title}</bdi>
        </span>
        <IconChevronUp size={20} stroke={ICON_STROKE} aria-hidden="true" />
      </button>
      <Dialog
        opened={opened}
        onClose={close}
        title={t('rubric.title')}
        shape="sheet"
        height={share}
        handle={<Handle share={share} onShare={setShare} onClose={close} />}
      >
        <div className="wm-sheet-criteria" role="group" aria-label={t('rubric.criteria')}>
          {criteria.map((one) => (
            <button
              key={one.key}
              type="button"
              aria-label={`${one.code} ${one.title}`}
              aria-pressed={one.key === criterion.key}
              onClick={() => onCurrent(one.key)}
            >
              {one.code}
              {headingMark(marks, one.key) && one.key !== criterion.key && (
                <Cairn place={placeIn(one.key)} height={16} />
              )}
            </button>
          ))}
        </div>
        <h3 dir="auto">{criterion.title}</h3>
        {onChoose && <p className="wm-small">{t('rubric.choose')}</p>}
        <RubricLevels
          key={criterion.key}
          scale={scale}
          criterion={criterion}
          marks={marks[criterion.key] ?? []}
          onChoose={onChoose && ((level) => onChoose(criterion.key, level))}
        />
        <AlignedItems key={`${criterion.key}/items`} alignments={criterion.alignments} />
      </Dialog>
    </>
  );
}
