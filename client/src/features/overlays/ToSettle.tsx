import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { findOpenPoints } from '../../../../contract/overlayEdits.ts';
import type { OpenPoint } from '../../../../contract/overlayEdits.ts';
import type { MergeConflict } from '../../../../contract/studioMerge.ts';
import type { Side } from '../../autosave/overlays/overlayAutosave.ts';
import { PlainWords } from '../../components/words/Words.tsx';
import { settle, waysOf } from './overlayModel.ts';
import { useOverlay } from './overlayContext.ts';

/** As many are listed at once: a newer core may drop thousands of items. */
const SHOWN = 50;

function useSentence({ kind, about, name }: OpenPoint): string {
  const { t } = useTranslation('overlays');
  if (kind !== 'titleMissing') return t(`points.${kind}`, { name });
  if (about === 'overlay') return t('points.titleMissingAll');
  return name ? t('points.titleMissing', { name }) : t('points.titleMissingOwn');
}

function Point({ point }: { point: OpenPoint }) {
  const { t } = useTranslation('overlays');
  const { core, change } = useOverlay();
  const sentence = useSentence(point);
  return (
    <li>
      <p dir="auto">{sentence}</p>
      <div className="wm-row">
        {waysOf(point, core).map((way) => (
          <Button
            key={way}
            size="sm"
            variant="default"
            aria-label={t('points.wayNamed', { way: t(`points.ways.${way}`), name: point.name })}
            onClick={() => change(settle(point, way, core), t('settled', { name: point.name }))}
          >
            {t(`points.ways.${way}`)}
          </Button>
        ))}
      </div>
    </li>
  );
}

/** What keeps the draft from being published, each with the ways to settle it. */
export function OpenPoints() {
  const { t } = useTranslation('overlays');
  const { edits, core } = useOverlay();
  const points = findOpenPoints(edits, core);
  if (points.length === 0) return null;
  const title = t('points.title', { count: points.length });
  return (
    <section className="wm-adapted-notice" aria-label={title}>
      <h2 className="wm-subheading">{title}</h2>
      <ul className="wm-plain-list">
        {points.slice(0, SHOWN).map((point) => (
          <Point key={`${point.about} ${point.key} ${point.kind}`} point={point} />
        ))}
      </ul>
    </section>
  );
}

const wordsOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function Texts({ title, value }: { title: string; value: unknown }) {
  const { t } = useTranslation('overlays');
  return (
    <div>
      <p className="wm-label">{title}</p>
      {wordsOf(value) ? (
        <PlainWords size="small">{wordsOf(value)}</PlainWords>
      ) : (
        <p className="wm-small">{t('conflict.nothing')}</p>
      )}
    </div>
  );
}

interface ConflictsProps {
  conflicts: readonly MergeConflict[];
  onChoose: (path: readonly string[], side: Side) => void;
}

/** Fields that somebody else changed, too: both texts, and the choice. */
export function OverlayConflicts({ conflicts, onChoose }: ConflictsProps) {
  const { t } = useTranslation('overlays');
  return conflicts.map(({ path, mine, theirs }) => (
    <div key={path.join('/')} className="wm-adapted-notice" role="group" aria-label={t('conflict.title')}>
      <p>
        <strong>{t('conflict.title')}</strong> {t('conflict.text')}
      </p>
      {path.length === 0 ? (
        <p>{t('conflict.whole')}</p>
      ) : (
        <div className="wm-adapted-sides">
          <Texts title={t('conflict.mine')} value={mine} />
          <Texts title={t('conflict.theirs')} value={theirs} />
        </div>
      )}
      <div className="wm-row">
        <Button size="sm" variant="default" onClick={() => onChoose(path, 'mine')}>
          {t('conflict.keepMine')}
        </Button>
        <Button size="sm" variant="default" onClick={() => onChoose(path, 'theirs')}>
          {t('conflict.keepTheirs')}
        </Button>
      </div>
    </div>
  ));
}
