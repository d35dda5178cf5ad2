import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../contract/attempts.ts';
import { useApi } from '../../api/ApiProvider.tsx';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { Page } from '../../components/page/Page.tsx';
import { RubricSheet } from '../../components/rubric/RubricSheet.tsx';
import { SaveState } from '../../components/save/SaveState.tsx';
import { stepAnchor } from '../../components/steps/steps.ts';
import { useSaveOf } from '../../autosave/texts/useAttemptTexts.ts';
import { useSaveWith } from '../../autosave/choices/useAttemptChoices.ts';
import { isRealStorage } from '../../storage/webStorage.ts';
import { Examples } from './Examples.tsx';
import { FootBar } from './FootBar.tsx';
import { marksOf } from './moduleModel.ts';
import { RubricPane } from './RubricPane.tsx';
import { StepsBar } from './StepsBar.tsx';
import { useModuleWork } from './useModuleWork.ts';
import type { ModuleWork } from './useModuleWork.ts';
import { useSteps } from './useSteps.ts';
import { Work } from './Work.tsx';
import './module.css';

function useSave(work: ModuleWork) {
  const { openWindow } = useApi();
  const { t } = useTranslation();
  const announce = useAnnounce();
  const save = useSaveWith(useSaveOf(work.autosave), work.choices);
  const blocked = !isRealStorage() && window.parent !== window;
  const ownWindow = () => {
    const failed = () => announce.assertive(t('session.windowFailed'));
    openWindow().then((opened) => opened || failed(), failed);
  };
  return (
    <SaveState
      save={save}
      textToCopy={() => work.autosave.unsentText()}
      {...(blocked ? { onOwnWindow: ownWindow } : {})}
    />
  );
}

/**
 * The module while it is being worked on or waiting: one long page with its steps, the rubric beside it from the first second.
 */
export function WorkPage({ workspace: loaded }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const work = useModuleWork(loaded);
  const { workspace } = work;
  const pane = useRef<HTMLDivElement>(null);
  const { steps } = workspace.module;
  const anchors = useMemo(() => steps.map(({ key }) => stepAnchor(key)), [steps]);
  const { current, go } = useSteps(pane, anchors);
  const returned = workspace.state === 'returned';
  const choose = workspace.writable ? work.choices.chooseLevel : undefined;
  const save = useSave(work);
  const sheetCriterion = work.inHand[0] ?? work.open ?? workspace.module.criteria[0]?.key ?? '';
  return (
    <Page
      kind="workspace"
      title={workspace.module.title}
      bar={{
        kind: 'inner',
        back: `pathways/${workspace.enrolmentId}`,
        parent: t('pathway'),
        title: workspace.module.title,
        isHeading: true,
      }}
      {...(workspace.writable ? { save } : {})}
      {...(work.autosave.unsentText() === '' ? {} : { unsavedText: () => work.autosave.unsentText() })}
    >
      <div className="wm-module" data-returned={returned}>
        {!returned && (
          <StepsBar steps={steps} current={current} ready={work.ready} run={workspace.run} go={go} />
        )}
        <div ref={pane} className="wm-panes">
          <div className="wm-pane-work">
            <Work work={work} />
          </div>
          <aside className="wm-pane-rubric">
            <RubricPane
              workspace={workspace}
              open={work.open}
              onOpen={work.setOpen}
              highlighted={work.inHand}
              onChoose={choose}
            />
            <Examples module={workspace.module} />
          </aside>
        </div>
        {!returned && (
          <div className="wm-sheet-place wm-gives-way wm-no-print">
            <RubricSheet
              scale={workspace.module.scale}
              criteria={workspace.module.criteria}
              marks={marksOf(workspace)}
              current={sheetCriterion}
              onCurrent={work.setOpen}
              {...(choose ? { onChoose: choose } : {})}
            />
          </div>
        )}
        <FootBar workspace={workspace} autosave={work.autosave} go={go} failed={work.choices.refused} />
      </div>
    </Page>
  );
}
