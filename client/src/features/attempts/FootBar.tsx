import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { Workspace } from '../../../../contract/attempts.ts';
import { useApi, usePaths } from '../../api/ApiProvider.tsx';
import { PartsMeter } from '../../components/meter/Meter.tsx';
import { settleEvidence } from './beforeSubmit.ts';
import type { TextAutosave } from '../../autosave/texts/textAutosave.ts';
import { useTextsState } from '../../autosave/texts/useAttemptTexts.ts';
import { MissingDialog } from './MissingDialog.tsx';
import { stepsReady } from './stepsModel.ts';
import { Marked } from '../../components/words/Marked.tsx';

interface FootBarProps {
  workspace: Workspace;
  autosave: TextAutosave;
  go: (anchor: string) => void;
  /** A small choice was not saved. */
  failed: boolean;
}

function ReadOnlyFoot({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const { to } = usePaths();
  const { submissionId, enrolmentId, state } = workspace;
  const handedIn = submissionId !== null && (state === 'submitted' || state === 'in_review');
  return (
    <>
      <span />
      <Button
        component={Link}
        className="wm-main-action"
        to={to(handedIn ? `submissions/${submissionId}` : `pathways/${enrolmentId}`)}
      >
        {t(handedIn ? 'foot.receipt' : 'foot.back')}
      </Button>
    </>
  );
}

function WritingFoot({ workspace, autosave, go, failed }: FootBarProps) {
  const { t } = useTranslation('module');
  const { to } = usePaths();
  const navigate = useNavigate();
  const api = useApi();
  const { pieces } = useTextsState(autosave);
  const [asking, setAsking] = useState(false);
  const ready = stepsReady(workspace, pieces).size;
  const all = workspace.module.steps.length;
  const again = workspace.state === 'returned';

  // never disabled: the check says what is missing, and a file that was removed must not count there
  const check = () => {
    void autosave.flush();
    void settleEvidence(api, workspace.attemptId);
    void navigate(to(`modules/${workspace.attemptId}/check`));
  };
  return (
    <>
      <div className="wm-foot-state">
        {failed ? (
          <span className="wm-editor-limit">{t('foot.failed')}</span>
        ) : again ? (
          <span className="wm-small">{t('returned.grade')}</span>
        ) : (
          <>
            <PartsMeter done={ready} total={all}>
              <Marked text={t('foot.ready', { ready, all })} />
            </PartsMeter>
            <button type="button" className="wm-link wm-small" onClick={() => setAsking(true)}>
              {t('foot.missing')}
            </button>
          </>
        )}
      </div>
      <Button className="wm-main-action" onClick={check}>
        {t(again ? 'foot.again' : 'foot.check')}
      </Button>
      {asking && (
        <MissingDialog workspace={workspace} pieces={pieces} go={go} onClose={() => setAsking(false)} />
      )}
    </>
  );
}

/** The lower edge of the workspace: the progress, and the one main action. */
export function FootBar(props: FootBarProps) {
  return (
    <footer className="wm-foot wm-gives-way wm-no-print">
      {props.workspace.writable ? <WritingFoot {...props} /> : <ReadOnlyFoot workspace={props.workspace} />}
    </footer>
  );
}
