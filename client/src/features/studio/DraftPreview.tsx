import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModuleContent } from '../../../../contract/content.ts';
import { unrollModule } from '../../../../contract/cycles.ts';
import { ModuleReading } from '../../components/module/ModuleReading.tsx';
import { Rubric } from '../../components/rubric/Rubric.tsx';
import { PreviewScreen, WidthChoice } from './PreviewScreen.tsx';
import type { PreviewWidth } from './PreviewScreen.tsx';

/** A module of the draft with the components that teachers see, at the width of a phone or of the LMS's frame. */
export function DraftPreview({ module }: { module: ModuleContent | null }) {
  const { t } = useTranslation('studio');
  const [width, setWidth] = useState<PreviewWidth>('phone');
  return (
    <section className="wm-studio-preview" aria-label={t('preview.title')}>
      <div className="wm-studio-preview-head">
        <h2 className="wm-subheading">{t('preview.title')}</h2>
        <WidthChoice width={width} onChange={setWidth} />
      </div>
      {module === null ? (
        <p className="wm-small">{t('preview.pathway')}</p>
      ) : (
        <PreviewScreen width={width}>
          <h2 dir="auto">{module.title.trim() || t('untitled')}</h2>
          <ModuleReading module={unrollModule(module)} />
          {module.criteria.length > 0 && <Rubric scale={module.scale} criteria={module.criteria} />}
        </PreviewScreen>
      )}
    </section>
  );
}
