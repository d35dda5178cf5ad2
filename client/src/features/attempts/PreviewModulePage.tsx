import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { pathwayEndpoints } from '../../../../contract/pathways.ts';
import type { ModulePreview } from '../../../../contract/pathways.ts';
import { useLoad } from '../../api/queries.ts';
import { OpensAfterText } from '../../components/opens/OpensAfterText.tsx';
import { Page } from '../../components/page/Page.tsx';
import { Rubric } from '../../components/rubric/Rubric.tsx';
import { RubricSheet } from '../../components/rubric/RubricSheet.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { Examples } from '../../components/module/Examples.tsx';
import { ModuleReading } from '../../components/module/ModuleReading.tsx';
import '../../components/module/module.css';

function Content({ preview }: { preview: ModulePreview }) {
  const { t } = useTranslation('pathwayPreview');
  const { module, opensAfter } = preview;
  return (
    <>
      <div className="wm-notice-line">
        <div>
          <p>{t('module.text')}</p>
          {opensAfter && <OpensAfterText opensAfter={opensAfter} reader="others" />}
        </div>
      </div>
      <ModuleReading module={module} />
    </>
  );
}

function Preview({ preview }: { preview: ModulePreview }) {
  const { module } = preview;
  const { criteria, scale } = module;
  const [open, setOpen] = useState<string | null>(criteria[0]?.key ?? null);
  return (
    <div className="wm-module">
      <div className="wm-panes">
        <div className="wm-pane-work">
          <Content preview={preview} />
        </div>
        <aside className="wm-pane-rubric">
          <Rubric scale={scale} criteria={criteria} open={open} onOpen={setOpen} highlighted={[]} />
          <Examples module={module} />
        </aside>
      </div>
      <div className="wm-sheet-place wm-no-print">
        <RubricSheet
          scale={scale}
          criteria={criteria}
          current={open ?? criteria[0]?.key ?? ''}
          onCurrent={setOpen}
        />
      </div>
    </div>
  );
}

/** `/preview/modules/:moduleKey`: a module as participants read it, with its rubric; viewing it leaves no record. */
export function PreviewModulePage() {
  const { t } = useTranslation('pathwayPreview');
  const { moduleKey = '' } = useParams();
  const preview = useLoad(pathwayEndpoints.previewModule, { params: { moduleKey } });
  const title = preview.data?.module.title;
  return (
    <Page
      kind="workspace"
      title={title ?? t('page')}
      bar={{
        kind: 'inner',
        back: 'preview',
        parent: t('page'),
        title: title ?? '',
        isHeading: title !== undefined,
      }}
    >
      <Loaded query={preview} skeleton="module" forbidden="designers">
        {(data) => <Preview preview={data} />}
      </Loaded>
    </Page>
  );
}
