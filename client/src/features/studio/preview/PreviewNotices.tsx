import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { PathwayContent } from '../../../../../contract/content.ts';
import type { Finding } from '../../../../../contract/lint/findings.ts';
import type { StudioDraft } from '../../../../../contract/studio.ts';
import { PATHWAY_PART } from '../../../../../contract/studioParts.ts';
import { usePaths } from '../../../api/ApiProvider.tsx';
import { useAnnouncement } from '../../../components/live/useAnnouncement.ts';
import { useDraftFrameworks } from '../draftFrameworks.ts';
import { Findings } from '../Findings.tsx';
import { useFindings } from '../useFindings.ts';

interface PreviewNoticesProps {
  draft: StudioDraft;
  content: PathwayContent;
  /** Null: the newest is shown. */
  onNewest: (() => void) | null;
}

/** That somebody changed the draft since, and what is missing in it, which a preview cannot show. */
export function PreviewNotices({ draft, content, onNewest }: PreviewNoticesProps) {
  const { t } = useTranslation('studio');
  const navigate = useNavigate();
  const { to } = usePaths();
  const frameworks = useDraftFrameworks(content);
  const findings = useFindings(content, draft.caps, frameworks);
  const errors = findings.filter(({ severity }) => severity === 'error');
  useAnnouncement(onNewest ? t('previewAs.changed') : null);
  const edit = ({ place }: Finding) =>
    void navigate(to(`studio/${draft.id}?at=${place.module ?? PATHWAY_PART}`));
  return (
    <div className="wm-studio-notices">
      {onNewest && (
        <div className="wm-notice-line">
          <p>{t('previewAs.changed')}</p>
          <Button size="sm" variant="default" onClick={onNewest}>
            {t('previewAs.newest')}
          </Button>
        </div>
      )}
      {errors.length > 0 && (
        <details className="wm-details wm-notice-line">
          <summary>{t('previewAs.unfinished', { count: errors.length })}</summary>
          <Findings title={t('foot.errors')} content={content} findings={errors} onGo={edit} />
        </details>
      )}
    </div>
  );
}
