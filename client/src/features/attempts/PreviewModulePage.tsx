import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { requirementsOf } from '../../../../contract/content.ts';
import type { Prompt, Requirement } from '../../../../contract/content.ts';
import { pathwayEndpoints } from '../../../../contract/pathways.ts';
import type { ModulePreview } from '../../../../contract/pathways.ts';
import { useLoad } from '../../api/queries.ts';
import { OpensAfterText } from '../../components/opens/OpensAfterText.tsx';
import { Page } from '../../components/page/Page.tsx';
import { Rubric } from '../../components/rubric/Rubric.tsx';
import { RubricSheet } from '../../components/rubric/RubricSheet.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { Examples } from './Examples.tsx';
import { Needs } from './Needs.tsx';
import { handInStep } from './stepsModel.ts';
import { StepSection } from './StepSection.tsx';
import './module.css';

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

function WantedItem({ requirement }: { requirement: Requirement }) {
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

function Wanted({ requirements }: { requirements: readonly Requirement[] }) {
  const { t } = useTranslation('pathwayPreview');
  if (requirements.length === 0) return <p>{t('module.nothing')}</p>;
  return (
    <ul className="wm-plain-list wm-stack">
      {requirements.map((requirement) => (
        <WantedItem key={requirement.key} requirement={requirement} />
      ))}
    </ul>
  );
}

function Content({ preview }: { preview: ModulePreview }) {
  const { t } = useTranslation('pathwayPreview');
  const { module, opensAfter } = preview;
  const last = handInStep(module);
  return (
    <>
      <div className="wm-notice-line">
        <div>
          <p>{t('module.text')}</p>
          {opensAfter && <OpensAfterText opensAfter={opensAfter} reader="others" />}
        </div>
      </div>
      <Needs module={module} />
      {module.steps.map((step) => (
        <StepSection
          key={step.key}
          step={step}
          ownerId={module.key}
          renderPrompt={(prompt) => <Question prompt={prompt} />}
          evidence={step === last && <Wanted requirements={requirementsOf(module)} />}
        />
      ))}
      <Examples module={module} />
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
