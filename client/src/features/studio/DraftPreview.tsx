import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModuleContent } from '../../../../contract/content.ts';
import { unrollModule } from '../../../../contract/cycles.ts';
import { Choices } from '../../components/choices/Choices.tsx';
import { ModuleReading } from '../../components/module/ModuleReading.tsx';
import { Rubric } from '../../components/rubric/Rubric.tsx';

type Width = 'phone' | 'frame';

/** A module of the draft with the components that teachers see, at the width of a phone or of the LMS's frame. */
export function DraftPreview({ module }: { module: ModuleContent | null }) {
  const { t } = useTranslation('studio');
  const [width, setWidth] = useState<Width>('phone');
  const id = useId();
  return (
    <section className="wm-studio-preview" aria-label={t('preview.title')}>
      <div className="wm-studio-preview-head">
        <h2 className="wm-subheading">{t('preview.title')}</h2>
        <span id={id} hidden>
          {t('preview.width')}
        </span>
        <div className="wm-segments">
          <Choices
            labelledBy={id}
            value={width}
            onChange={setWidth}
            choices={[
              { value: 'phone', label: t('preview.phone') },
              { value: 'frame', label: t('preview.frame') },
            ]}
          />
        </div>
      </div>
      {module === null ? (
        <p className="wm-small">{t('preview.pathway')}</p>
      ) : (
        <div className="wm-studio-screen" data-width={width}>
          <div className="wm-studio-page">
            <h2 dir="auto">{module.title}</h2>
            <ModuleReading module={unrollModule(module)} />
            {module.criteria.length > 0 && <Rubric scale={module.scale} criteria={module.criteria} />}
          </div>
        </div>
      )}
    </section>
  );
}
