import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Meter } from '../meter/Meter.tsx';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { evidenceIcon } from './evidenceKinds.tsx';
import type { AnyKind } from './evidenceKinds.tsx';
import { Fingerprint } from './Fingerprint.tsx';
import './evidence.css';

export interface EvidenceRowProps {
  kind: AnyKind;
  mediaType?: string | null;
  name: string;
  /** Makes the name a link: a preview, a download. */
  href?: string;
  /** "PDF, 340 kB. Speaks to A and C". */
  meta?: ReactNode;
  /** While it is being sent; `value` 0 to 1. */
  progress?: { value: number; label: string };
  /** Why it was refused, and what to do. */
  problem?: ReactNode;
  /** SHA-256 in hex. */
  fingerprint?: string;
  actions?: ReactNode;
  /** `plain` has no box behind the icon: the receipt. */
  look?: 'box' | 'plain';
}

/** One piece of work in a list: icon, name, facts, actions. Rendered inside an `<li>`. */
export function EvidenceRow(props: EvidenceRowProps) {
  const { kind, mediaType, name, href, meta, progress, problem, fingerprint, actions, look = 'box' } = props;
  const { t } = useTranslation();
  const Shape = evidenceIcon(kind, mediaType);
  return (
    <div className="wm-evidence" data-look={look}>
      <span className="wm-evidence-icon">
        <Shape size={20} stroke={ICON_STROKE} aria-hidden="true" />
      </span>
      <div className="wm-evidence-text">
        <span className="wm-evidence-name" dir="auto">
          {href ? (
            <a className="wm-link" href={href} target="_blank" rel="noopener noreferrer">
              {name}
            </a>
          ) : (
            name
          )}
        </span>
        {progress && <Meter value={progress.value} label={progress.label} />}
        {meta && (
          <span className="wm-small" dir="auto">
            {meta}
          </span>
        )}
        {problem && (
          <span className="wm-evidence-problem" dir="auto">
            {problem}
          </span>
        )}
        {fingerprint && (
          <Fingerprint sha256={fingerprint} title={t('evidence.fingerprint', { value: fingerprint })} />
        )}
      </div>
      {actions && <div className="wm-evidence-actions">{actions}</div>}
    </div>
  );
}
