import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { bundleEndpoints } from '../../../../contract/bundles.ts';
import type { BundleReport } from '../../../../contract/bundles.ts';
import { formEndpoints } from '../../../../contract/forms.ts';
import { findingId } from '../../../../contract/lint/findings.ts';
import { studioEndpoints } from '../../../../contract/studio.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { ApiError } from '../../api/errors.ts';
import { useSend } from '../../api/queries.ts';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { TextField } from '../../components/field/TextField.tsx';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import type { ContentUploads } from '../../uploads/contentUploads.ts';
import { FileChooser } from './FileChooser.tsx';
import { Findings } from './Findings.tsx';
import { UploadLine } from './UploadLine.tsx';

const PLACE = 'bundle';
const REASON_MAX = 500;

/** What is in the bundle, and what it meets here. */
function Report({ report }: { report: BundleReport }) {
  const { t } = useTranslation('studio');
  const { content, files, version, isSame, draft } = report;
  const here =
    version === null
      ? t('import.isNew')
      : isSame
        ? t('import.isSame', { n: version })
        : t('import.isNext', { n: version, next: version + 1 });
  return (
    <>
      <div>
        <h3 className="wm-subheading" dir="auto">
          {content.title || t('untitled')}
        </h3>
        <p className="wm-small">
          {report.kind === 'form'
            ? t('import.formFacts', { sections: report.content.sections.length })
            : t('import.facts', { modules: report.content.modules.length, files: files.length })}
        </p>
        <p className="wm-small">{here}</p>
      </div>
      {draft && (
        <p className="wm-notice-line">
          {draft.savedBy ? t('import.draftOpenBy', { name: draft.savedBy }) : t('import.draftOpen')}
        </p>
      )}
    </>
  );
}

interface DecisionProps {
  uploadId: string;
  report: BundleReport;
  onDone: () => void;
}

/** The designer's choice: a draft, or the next version. */
function Decision({ uploadId, report, onDone }: DecisionProps) {
  const { t } = useTranslation('studio');
  const navigate = useNavigate();
  const { to } = usePaths();
  const announce = useAnnounce();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  // the same when it is pressed again: a repeat finds what the first press made
  const draftId = useRef(crypto.randomUUID());
  const { content, findings, draft } = report;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const sent = useSend(bundleEndpoints.import, {
    refreshes: [studioEndpoints.pathways, formEndpoints.forms, formEndpoints.versions],
    onSuccess: ({ draftId: begun, n }) => {
      const { title } = content;
      announce.polite(n === null ? t('import.done', { title }) : t('import.published', { title, n }));
      onDone();
      if (begun !== null) void navigate(to(`studio/${begun}`));
    },
  });
  const failure = sent.error
    ? (sent.error instanceof ApiError && sent.error.message) || t('import.failed')
    : null;
  useAnnouncement(failure);
  const publish = () => {
    setTried(true);
    const given = reason.trim();
    if (warnings.length > 0 && (given === '' || given.length > REASON_MAX)) return;
    const reasons = warnings.map((finding) => ({ finding: findingId(finding), reason: given }));
    sent.send({ body: { as: 'version', uploadId, reasons } });
  };
  return (
    <>
      <Findings title={t('import.errors')} content={content} findings={errors} onGo={null} />
      {errors.length > 0 && <p className="wm-small">{t('import.errorsHelp')}</p>}
      <Findings title={t('import.warnings')} content={content} findings={warnings} onGo={null} />
      {findings.length === 0 && <p className="wm-small">{t('import.clean')}</p>}
      {errors.length === 0 && warnings.length > 0 && !draft && (
        <TextField
          label={t('import.reason')}
          description={t('import.reasonHelp')}
          value={reason}
          most={REASON_MAX}
          dir="auto"
          error={tried && reason.trim() === '' ? t('import.reasonNeeded') : null}
          onChange={setReason}
        />
      )}
      {failure && <p className="wm-field-problem">{failure}</p>}
      {!draft && (
        <div className="wm-dialog-actions">
          {report.kind === 'pathway' && (
            <Button
              variant="default"
              loading={sent.isPending}
              onClick={() => sent.send({ body: { as: 'draft', uploadId, draftId: draftId.current } })}
            >
              {t('import.asDraft')}
            </Button>
          )}
          {errors.length === 0 && (
            <Button loading={sent.isPending} onClick={publish}>
              {t('import.asVersion')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

interface ImportDialogProps {
  /** Those of bundles. */
  uploads: ContentUploads;
  onClose: () => void;
}

/** Reads a zip and says what is in it, before anything is kept. */
export function ImportDialog({ uploads, onClose }: ImportDialogProps) {
  const { t } = useTranslation('studio');
  const items = useSyncExternalStore(uploads.subscribe, uploads.items);
  const item = items.find(({ place }) => place === PLACE);
  const check = useSend(bundleEndpoints.check);
  const { send, reset } = check;
  const uploadId = item?.upload?.id ?? null;
  const checked = useRef<string | null>(null);
  useEffect(() => {
    if (uploadId === null || checked.current === uploadId) return;
    checked.current = uploadId;
    send({ body: { uploadId } });
  }, [uploadId, send]);
  const why = check.error instanceof ApiError ? check.error.message : t('import.failed');
  const refusal = check.error ? `${t('import.refused')} ${why}` : null;
  useAnnouncement(refusal);
  const close = () => {
    uploads.cancel(PLACE);
    onClose();
  };
  const choose = (file: File) => {
    reset();
    uploads.start(PLACE, file);
  };
  const isMoving = item !== undefined && uploadId === null;
  return (
    <Dialog opened onClose={close} title={t('import.title')}>
      <div className="wm-stack">
        <p>{t('import.help')}</p>
        {!isMoving && (
          <div>
            <FileChooser accept=".zip,application/zip" onChoose={choose}>
              {item ? t('import.chooseOther') : t('import.choose')}
            </FileChooser>
          </div>
        )}
        {isMoving && (
          <UploadLine
            item={item}
            onRetry={() => uploads.retry(PLACE)}
            onCancel={() => uploads.cancel(PLACE)}
          />
        )}
        {check.isPending && <p className="wm-small">{t('import.reading')}</p>}
        {refusal && <p className="wm-field-problem">{refusal}</p>}
        {uploadId !== null && check.data && (
          <>
            <Report report={check.data} />
            <Decision uploadId={uploadId} report={check.data} onDone={close} />
          </>
        )}
      </div>
    </Dialog>
  );
}
