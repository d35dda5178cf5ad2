import { useId, useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { frameworkEndpoints, ImportResult } from '../../../../contract/frameworks.ts';
import type { FrameworkRow, ImportFramework } from '../../../../contract/frameworks.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { ApiError, hasCode } from '../../api/errors.ts';
import { useLoad, useSend } from '../../api/queries.ts';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { Page } from '../../components/page/Page.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { Forbidden } from '../../components/states/Forbidden.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { AboutFields } from './AboutFields.tsx';
import { ImportOutcome } from './ImportOutcome.tsx';
import { NEW_FRAMEWORK, readImportFile, toAbout } from './importModel.ts';
import type { AboutField, FileProblem, ReadFile } from './importModel.ts';
import { useMayPublish } from './roleHere.ts';
import '../../components/field/field.css';
import './frameworks.css';

/** The faults that the server found when it was to publish: somebody else may have published in the meantime. */
function refusalOf(error: Error | null): ImportResult | null {
  if (!(error instanceof ApiError) || !hasCode(error, 'FRAMEWORK_REFUSED')) return null;
  return ImportResult.safeParse(error.details).data ?? null;
}

/** Checks and publishes what is chosen. What was found is forgotten as soon as something else is chosen. */
function useImport() {
  const { t } = useTranslation('frameworks');
  const navigate = useNavigate();
  const { to } = usePaths();
  const announce = useAnnounce();
  const check = useSend(frameworkEndpoints.tryImport);
  const publish = useSend(frameworkEndpoints.import, {
    refreshes: [frameworkEndpoints.list],
    onSuccess: ({ outcome }) => {
      if (!outcome) return;
      announce.polite(t('importing.done', { title: outcome.title, n: outcome.version }));
      void navigate(to(`frameworks/${outcome.key}`), { replace: true });
    },
  });
  const refusal = refusalOf(publish.error);
  return {
    check: (body: ImportFramework) => {
      publish.reset();
      check.send({ body });
    },
    publish: (body: ImportFramework) => publish.send({ body }),
    forget: () => {
      check.reset();
      publish.reset();
    },
    isChecking: check.isPending,
    isPublishing: publish.isPending,
    result: refusal ?? check.data ?? null,
    checkError: check.error,
    publishError: refusal ? null : publish.error,
  };
}

interface FileFieldProps {
  problem: FileProblem | null;
  onFile: (file: File | null) => void;
}

function FileField({ problem, onFile }: FileFieldProps) {
  const { t } = useTranslation('frameworks');
  const id = useId();
  return (
    <div className="wm-text-field wm-import-file">
      <label htmlFor={id} className="wm-label">
        {t('importing.file')}
      </label>
      <span id={`${id}-help`} className="wm-small">
        {t('importing.fileHelp')}
      </span>
      <input
        id={id}
        type="file"
        className="wm-input"
        accept=".json,.csv,.tsv,.txt,application/json,text/csv"
        aria-describedby={problem ? `${id}-help ${id}-error` : `${id}-help`}
        aria-invalid={problem !== null}
        onChange={(event) => onFile(event.currentTarget.files?.[0] ?? null)}
      />
      {problem && (
        <span id={`${id}-error`} className="wm-field-problem" role="alert">
          {t(`importing.${problem}`)}
        </span>
      )}
    </div>
  );
}

function Importing({ rows }: { rows: readonly FrameworkRow[] }) {
  const { t } = useTranslation('frameworks');
  const [file, setFile] = useState<ReadFile | null>(null);
  const [fileProblem, setFileProblem] = useState<FileProblem | null>(null);
  const [form, setForm] = useState(NEW_FRAMEWORK);
  const [problems, setProblems] = useState<ReadonlySet<AboutField>>(new Set());
  const { check, publish, forget, isChecking, isPublishing, result, checkError, publishError } = useImport();
  const choose = async (chosen: File | null) => {
    forget();
    setFile(null);
    setFileProblem(null);
    if (!chosen) return;
    const read = await readImportFile(chosen);
    if (read.problem === undefined) setFile(read.file);
    else setFileProblem(read.problem);
  };
  const withBody = (send: (body: ImportFramework) => void) => {
    if (!file) return;
    if (file.format === 'case') return send({ format: 'case', file: file.base64 });
    const said = toAbout(form);
    setProblems(said.problems ?? new Set());
    if (said.about) send({ format: 'csv', file: file.base64, about: said.about });
  };
  return (
    <div className="wm-import">
      <p>{t('importing.intro')}</p>
      <FileField problem={fileProblem} onFile={(chosen) => void choose(chosen)} />
      {file?.format === 'csv' && (
        <AboutFields
          rows={rows}
          form={form}
          problems={problems}
          onChange={(change) => {
            forget();
            setForm(change);
          }}
        />
      )}
      {file && (
        <div>
          <Button
            variant={result ? 'default' : 'filled'}
            loading={isChecking}
            onClick={() => withBody(check)}
          >
            {t('importing.check')}
          </Button>
        </div>
      )}
      {checkError && <Failed error={checkError} title={t('importing.checkFailed')} />}
      {result && <ImportOutcome result={result} pending={isPublishing} onPublish={() => withBody(publish)} />}
      {publishError && <Failed error={publishError} title={t('importing.publishFailed')} />}
    </div>
  );
}

/** `/frameworks/import`: a file is checked, then published as the next version of its framework. */
export function FrameworkImportPage() {
  const { t } = useTranslation('frameworks');
  const mayPublish = useMayPublish();
  const list = useLoad(frameworkEndpoints.list, {}, { enabled: mayPublish });
  const title = t('importing.title');
  return (
    <Page
      title={title}
      forRole="admin"
      bar={{ kind: 'inner', back: 'frameworks', parent: t('page'), title, isHeading: mayPublish }}
    >
      {mayPublish ? (
        <Loaded query={list} skeleton="text" forbidden="admins">
          {({ rows }) => <Importing rows={rows} />}
        </Loaded>
      ) : (
        <Forbidden whose="admins" />
      )}
    </Page>
  );
}
