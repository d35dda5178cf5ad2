import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { attemptEndpoints } from '../../../../contract/attempts.ts';
import { useLoad } from '../../api/queries.ts';
import { Page } from '../../components/page/Page.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { checkPollInterval } from './moduleModel.ts';
import { ApprovedPage } from './ApprovedPage.tsx';
import { WorkPage } from './WorkPage.tsx';

/** `/modules/:attemptId`: the work, or its outcome. */
export function ModulePage() {
  const { t } = useTranslation('module');
  const { attemptId = '' } = useParams();
  const workspace = useLoad(
    attemptEndpoints.workspace,
    { params: { id: attemptId } },
    {
      staleTime: 0,
      lookAgain: checkPollInterval,
    },
  );
  const { data } = workspace;
  if (data) {
    return data.state === 'approved' ? <ApprovedPage workspace={data} /> : <WorkPage workspace={data} />;
  }
  return (
    <Page
      kind="workspace"
      title={t('page')}
      bar={{ kind: 'inner', back: '?to=map', parent: t('pathway'), title: '' }}
    >
      <Loaded query={workspace} skeleton="module">
        {() => null}
      </Loaded>
    </Page>
  );
}
