import { Button } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { RichDocument, plainText } from '../../../../contract/richText.ts';
import type { MergeConflict } from '../../../../contract/studioMerge.ts';
import type { PartKey } from '../../../../contract/studioParts.ts';
import { canJoin } from '../../autosave/parts/joinValues.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { PlainWords } from '../../components/words/Words.tsx';
import { isFieldName } from './fieldNames.ts';
import { useStudio } from './studioContext.ts';

/** A value as people read it: the words in it. */
function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  const document = RichDocument.safeParse(value);
  if (document.success) return plainText(document.data);
  if (Array.isArray(value)) return value.map(wordsOf).filter(Boolean).join(', ');
  return '';
}

function Side({ title, value }: { title: string; value: unknown }) {
  const { t } = useTranslation('studio');
  const words = wordsOf(value);
  return (
    <div>
      <p className="wm-label">{title}</p>
      {words ? (
        <PlainWords size="small">{words}</PlainWords>
      ) : (
        <p className="wm-small">{t('conflict.nothing')}</p>
      )}
    </div>
  );
}

/** One field that both changed: both texts, and the choice. */
export function FieldConflict({ part, conflict }: { part: PartKey; conflict: MergeConflict }) {
  const { t } = useTranslation('studio');
  const { resolve } = useStudio();
  const { path, mine, theirs } = conflict;
  const name = [...path].reverse().find(isFieldName) ?? 'other';
  const field = t(`fields.${name}`);
  return (
    <div className="wm-studio-conflict" role="group" aria-label={t('conflict.title')}>
      <p>
        <IconUsers size={18} stroke={ICON_STROKE} aria-hidden="true" />
        <strong>{t('conflict.title')}</strong>
        <span>{t('conflict.both')}</span>
      </p>
      <div className="wm-studio-sides">
        <Side title={t('conflict.mine')} value={mine} />
        <Side title={t('conflict.theirs')} value={theirs} />
      </div>
      <div className="wm-row">
        <Button
          size="sm"
          variant="default"
          aria-label={t('conflict.keepMineNamed', { field })}
          onClick={() => resolve(part, path, 'mine')}
        >
          {t('conflict.keepMine')}
        </Button>
        <Button
          size="sm"
          variant="default"
          aria-label={t('conflict.keepTheirsNamed', { field })}
          onClick={() => resolve(part, path, 'theirs')}
        >
          {t('conflict.keepTheirs')}
        </Button>
        {canJoin(theirs, mine) && (
          <Button
            size="sm"
            variant="default"
            aria-label={t('conflict.joinNamed', { field })}
            onClick={() => resolve(part, path, 'both')}
          >
            {t('conflict.join')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** One side removed the part that the other changed. */
export function RemovedConflict({ part, conflict }: { part: PartKey; conflict: MergeConflict }) {
  const { t } = useTranslation('studio');
  const { resolve } = useStudio();
  const isMine = conflict.mine !== null;
  return (
    <div className="wm-studio-conflict" role="group" aria-label={t('conflict.title')}>
      <p>
        <IconUsers size={18} stroke={ICON_STROKE} aria-hidden="true" />
        <span>{t(isMine ? 'conflict.removedByThem' : 'conflict.removedByMe')}</span>
      </p>
      <div className="wm-row">
        <Button size="sm" variant="default" onClick={() => resolve(part, [], isMine ? 'mine' : 'theirs')}>
          {t('conflict.putBack')}
        </Button>
        <Button size="sm" variant="default" onClick={() => resolve(part, [], isMine ? 'theirs' : 'mine')}>
          {t('conflict.letGo')}
        </Button>
      </div>
    </div>
  );
}
