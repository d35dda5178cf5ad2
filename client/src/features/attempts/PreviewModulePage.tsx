import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { Workspace } from '../../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../../contract/pathways.ts';
import type { ModulePreview, Prompt, Requirement } from '../../../../contract/pathways.ts';
import { useLoad } from '../../api/queries.ts';
import { Page } from '../../components/page/Page.tsx';
import { Rubric } from '../../components/rubric/Rubric.tsx';
import { RubricSheet } from '../../components/rubric/RubricSheet.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { ReadSection, SectionHead } from './ReadSection.tsx';
import './module.css';

/** The module in the shape that the parts of its page accept: nobody's work, and nothing to write. */
function toWorkspace({ pathway, run, position, opensAfter, module }: ModulePreview): Workspace {
  const noRun = { id: pathway.key, title: '', state: 'open', submitBy: null, reviewBy: null } as const;
  return {
    attemptId: module.key,
    enrolmentId: pathway.key,
    position,
    opensAfter,
    module,
    pathway: { key: pathway.key, title: pathway.title, strand: pathway.strand },
    run: run ?? noRun,
    state: 'not_started',
    round: 1,
    writable: false,
    feedback: null,
    submissionId: null,
    award: null,
    next: null,
    stepsDone: [],
    drafts: [],
    lockedPieces: [],
    evidence: [],
    selfLevels: [],
    earlierFeedback: [],
    submittedTexts: [],
    changedSince: null,
    missing: [],
    grades: [],
  };
}

function Question({ prompt }: { prompt: Prompt }) {
  const { t } = useTranslation('pathwayPreview');
  const { words } = prompt;
  return (
    <div className="wm-prompt">
      <p className="wm-question" dir="auto">
        <strong>{prompt.question}</strong> {prompt.help}
      </p>
      <div className="wm-editor" data-reads="true">
        <p className="wm-small">{t(words.from > 0 ? 'module.answer' : 'module.answerUpTo', words)}</p>
      </div>
    </div>
  );
}

function Wanted({ requirement }: { requirement: Requirement }) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const kinds = format.list(requirement.kinds.map((kind) => t(`handIn.kind.${kind}`)));
  return (
    <li>
      <p>
        <strong dir="auto">{requirement.title}</strong>
      </p>
      {requirement.help && (
        <p className="wm-small" dir="auto">
          {requirement.help}
        </p>
      )}
      <p className="wm-small">{t('handIn.takes', { kinds })}</p>
    </li>
  );
}

function Content({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const { t: say } = useTranslation('pathwayPreview');
  const { module, opensAfter } = workspace;
  const { requirements, minutes } = module.handIn;
  return (
    <>
      <div className="wm-notice-line">
        <p>
          {say('module.text')}
          {opensAfter && ` ${say('opensAfter', { title: opensAfter.title })}`}
        </p>
      </div>
      <ReadSection workspace={workspace} step="learn" />
      <ReadSection workspace={workspace} step="try" />
      <section id="reflect" className="wm-section" tabIndex={-1}>
        <SectionHead minutes={module.reflect.minutes}>{t('step.reflect')}</SectionHead>
        {module.reflect.prompts.map((prompt) => (
          <Question key={prompt.key} prompt={prompt} />
        ))}
      </section>
      <section id="hand-in" className="wm-section" tabIndex={-1}>
        <SectionHead minutes={minutes}>{t('step.handIn')}</SectionHead>
        {requirements.length === 0 ? (
          <p>{say('module.nothing')}</p>
        ) : (
          <ul className="wm-plain-list wm-stack">
            {requirements.map((requirement) => (
              <Wanted key={requirement.key} requirement={requirement} />
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

function Preview({ preview }: { preview: ModulePreview }) {
  const workspace = toWorkspace(preview);
  const { criteria } = preview.module;
  const [open, setOpen] = useState<string | null>(criteria[0]?.key ?? null);
  return (
    <div className="wm-module">
      <div className="wm-panes">
        <div className="wm-pane-work">
          <Content workspace={workspace} />
        </div>
        <aside className="wm-pane-rubric">
          <Rubric criteria={criteria} open={open} onOpen={setOpen} highlighted={[]} />
        </aside>
      </div>
      <div className="wm-sheet-place wm-no-print">
        <RubricSheet criteria={criteria} current={open ?? criteria[0]?.key ?? ''} onCurrent={setOpen} />
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
