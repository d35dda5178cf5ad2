import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PartKey } from '../../../../contract/studioParts.ts';
import { findModule } from './changes.ts';
import { nameOfPart } from './partName.ts';
import { useStudio } from './studioContext.ts';
import { findUnlisted, listAgain } from './unlistedParts.ts';

/** What somebody else removed while it was written in: on no page any more, so it is offered here. */
export function Unlisted({ at }: { at: PartKey }) {
  const { t } = useTranslation('studio');
  const { parts, conflicts, change, resolve } = useStudio();
  const module = findModule(parts, at);
  const putBack = (key: PartKey) => {
    if (conflicts.has(key)) resolve(key, [], 'mine');
    change((now) => listAgain(now, key, at));
  };
  const letGo = (key: PartKey) => {
    if (conflicts.has(key)) resolve(key, [], 'theirs');
    else change(() => new Map([[key, null]]));
  };
  return findUnlisted(parts).map((key) => {
    const part = parts.get(key);
    const name = nameOfPart(part) || t('untitled');
    const isHome = part?.type === 'module' || module !== null;
    return (
      <div key={key} className="wm-notice-line" role="group" aria-label={name}>
        <span>{t(isHome ? 'unlisted.offer' : 'unlisted.openModule', { name })}</span>
        {isHome && (
          <Button size="sm" variant="default" onClick={() => putBack(key)}>
            {part?.type === 'module' || module === null
              ? t('unlisted.putBack')
              : t('unlisted.putHere', { module: module.title || t('untitled') })}
          </Button>
        )}
        <Button size="sm" variant="default" onClick={() => letGo(key)}>
          {t('unlisted.letGo')}
        </Button>
      </div>
    );
  });
}
