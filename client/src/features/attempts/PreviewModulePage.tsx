import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { pathwayEndpoints } from '../../../../contract/pathways.ts';
import type { ModulePreview } from '../../../../contract/pathways.ts';
import { useLoad } from '../../api/queries.ts';
import { ModulePanes } from '../../components/module/ModulePanes.tsx';
import { OpensAfterText } from '../../components/opens/OpensAfterText.tsx';
import { Page } from '../../components/page/Page.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';

function Preview({ preview }: { preview: ModulePreview }) {
  const { t } = useTranslation('pathwayPreview');
  const { module, opensAfter } = preview;
  return (
    <ModulePanes module={module}>
      <div className="wm-notice-line">
        <div>
          <p>{t('module.text')}</p>
          {opensAfter && <OpensAfterText opensAfter={opensAfter} reader="others" />}
        </div>
      </div>
    </ModulePanes>
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
