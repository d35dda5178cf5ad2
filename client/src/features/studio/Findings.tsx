import { useTranslation } from 'react-i18next';
import type { PathwayContent } from '../../../../contract/content.ts';
import type { Finding } from '../../../../contract/lint/findings.ts';

/** Where a finding is, in the names that people gave. */
export function placeName(content: PathwayContent, { place }: Finding): string {
  const module = content.modules.find(({ key }) => key === place.module);
  if (!module) return content.title;
  const criterion = module.criteria.find(({ key }) => key === place.criterion);
  return [module.title, criterion && `${criterion.code} ${criterion.title}`].filter(Boolean).join(', ');
}

interface FindingsProps {
  title: string;
  content: PathwayContent;
  findings: readonly Finding[];
  /** Null: there is no page yet that they could lead to. */
  onGo: ((finding: Finding) => void) | null;
}

/** Findings with where they are; each leads there if it can. */
export function Findings({ title, content, findings, onGo }: FindingsProps) {
  const { t } = useTranslation('lint');
  if (findings.length === 0) return null;
  return (
    <section>
      <h3 className="wm-subheading">{title}</h3>
      <ul className="wm-rows wm-studio-findings">
        {findings.map((finding, at) => (
          // two may be the same but for their place
          <li key={at}>
            {onGo ? (
              <button type="button" className="wm-link" onClick={() => onGo(finding)}>
                <bdi>{placeName(content, finding)}</bdi>
              </button>
            ) : (
              <strong dir="auto">{placeName(content, finding)}</strong>
            )}
            <p className="wm-small">{t(finding.code, finding.facts)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
