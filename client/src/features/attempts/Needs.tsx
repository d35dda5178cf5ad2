import { useTranslation } from 'react-i18next';
import type { ModuleContent } from '../../../../contract/content.ts';
import { Words } from '../../components/words/Words.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';

/** What one needs in the room, and how to do the module without it; nothing if it takes nothing. */
export function Needs({ module }: { module: Pick<ModuleContent, 'needs' | 'lowTech'> }) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const { needs, lowTech } = module;
  if (needs.length === 0) return null;
  return (
    <div className="wm-needs">
      <p>{t('needs.list', { needs: format.list(needs.map((need) => t(`needs.${need}`))) })}</p>
      {lowTech && (
        <details className="wm-details">
          <summary>{t('needs.without')}</summary>
          <Words document={lowTech} size="small" />
        </details>
      )}
    </div>
  );
}
