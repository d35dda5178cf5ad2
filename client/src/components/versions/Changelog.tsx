import { useTranslation } from 'react-i18next';
import type { ChangelogEntry } from '../../../../contract/versions.ts';
import { PlainWords } from '../words/Words.tsx';
import './versions.css';

/** What a version changes, as its designers say it: what led to it, if anything did, and what they changed. */
export function Changelog({ entries }: { entries: readonly ChangelogEntry[] }) {
  const { t } = useTranslation('versions');
  return (
    <ul className="wm-plain-list wm-changelog">
      {entries.map(({ said, changed }, at) => (
        <li key={at}>
          {said !== '' && (
            <div>
              <p className="wm-label">{t('changelog.said')}</p>
              <PlainWords size="small">{said}</PlainWords>
            </div>
          )}
          <div>
            {said !== '' && <p className="wm-label">{t('changelog.changed')}</p>}
            <PlainWords size="small">{changed}</PlainWords>
          </div>
        </li>
      ))}
    </ul>
  );
}
