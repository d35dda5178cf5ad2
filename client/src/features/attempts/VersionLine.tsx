import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../contract/attempts.ts';

/** Says so where the work belongs to another version than the one that its author works on by now. */
export function VersionLine({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const { former, ofVersion, state } = workspace;
  if (ofVersion === null) return null;
  const values = { n: ofVersion };
  const isWaiting = state === 'submitted' || state === 'in_review';
  return (
    <p className="wm-small">
      {isWaiting ? t('version.judgedBy', values) : t('version.of', values)}
      {former && <> {t('version.former')}</>}
    </p>
  );
}
