import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PATHWAY_PART } from '../../../../contract/studioParts.ts';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { nameOfPart } from './partName.ts';
import { useStudio } from './studioContext.ts';
import { outermost, restore } from './unlistedParts.ts';

/** What somebody else removed: said, and put back at a press. */
export function RemovedByOthers() {
  const { t } = useTranslation('studio');
  const { parts, removed, change, seen } = useStudio();
  const gone = outermost(removed).map((key) => {
    const before = removed.get(key) ?? parts;
    return { key, before, name: nameOfPart(before.get(key)) || t('untitled') };
  });
  useAnnouncement(gone.map(({ name }) => t('removedByOthers.said', { name })).join(' ') || null);
  return gone.map(({ key, before, name }) => (
    <div key={key} className="wm-notice-line" role="group" aria-label={name}>
      <span>{t('removedByOthers.said', { name })}</span>
      <Button
        size="sm"
        variant="default"
        onClick={() => {
          change((now) => restore(now, key, before));
          seen(key);
        }}
      >
        {t('removedByOthers.putBack')}
      </Button>
      <Button size="sm" variant="default" onClick={() => seen(key)}>
        {t('removedByOthers.leave')}
      </Button>
    </div>
  ));
}

/** Where somebody else changed the order at the same time, so that neither finds what they left. */
export function ReorderedByBoth() {
  const { t } = useTranslation('studio');
  const { parts, reordered, seen } = useStudio();
  const lists = [...reordered].map((key) => ({
    key,
    words: t('reordered.said', {
      place: key === PATHWAY_PART ? t('others.pathway') : nameOfPart(parts.get(key)) || t('untitled'),
    }),
  }));
  useAnnouncement(lists.map(({ words }) => words).join(' ') || null);
  return lists.map(({ key, words }) => (
    <p key={key} className="wm-notice-line">
      <span>{words}</span>
      <Button size="sm" variant="default" onClick={() => seen(key)}>
        {t('reordered.seen')}
      </Button>
    </p>
  ));
}
