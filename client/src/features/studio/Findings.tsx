import { useTranslation } from 'react-i18next';
import type { PathwayContent } from '../../../../contract/content.ts';
import { nameOfFormItem } from '../../../../contract/observationForms.ts';
import type { FormContent } from '../../../../contract/observationForms.ts';
import type { Finding } from '../../../../contract/lint/findings.ts';
import { useBlockName } from './useBlockName.ts';

/** Where a finding is, in the names that people gave, and in our words where they gave none. */
export function useFindingName(content: PathwayContent | FormContent): (finding: Finding) => string {
  const { t } = useTranslation('studio');
  const blockNameOf = useBlockName();
  const nameOf = ({ title }: { title: string }) => title.trim() || t('untitled');
  const within = (outer: { title: string }, inner: string) =>
    t('findings.within', { outer: nameOf(outer), inner });
  if ('sections' in content) {
    return ({ place }) => {
      const section = content.sections.find(({ key }) => key === place.section);
      const item = section?.items.find(({ key }) => key === place.item);
      if (!section) return nameOf(content);
      return item ? within(section, nameOf({ title: nameOfFormItem(item) })) : nameOf(section);
    };
  }
  return ({ place }) => {
    const module = content.modules.find(({ key }) => key === place.module);
    if (!module) return nameOf(content);
    const criterion = module.criteria.find(({ key }) => key === place.criterion);
    if (criterion) {
      const { code } = criterion;
      return within(module, t('findings.criterion', { code, title: nameOf(criterion) }));
    }
    const exemplar = module.exemplars.find(({ key }) => key === place.exemplar);
    if (exemplar) return within(module, nameOf(exemplar));
    const block = module.steps.flatMap(({ blocks }) => blocks).find(({ key }) => key === place.block);
    return block ? within(module, blockNameOf(block)) : nameOf(module);
  };
}

interface FindingsProps {
  title: string;
  content: PathwayContent | FormContent;
  findings: readonly Finding[];
  /** Null: there is no page yet that they could lead to. */
  onGo: ((finding: Finding) => void) | null;
}

/** Findings with where they are; each leads there if it can. */
export function Findings({ title, content, findings, onGo }: FindingsProps) {
  const { t } = useTranslation('lint');
  const nameOf = useFindingName(content);
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
                <bdi>{nameOf(finding)}</bdi>
              </button>
            ) : (
              <strong dir="auto">{nameOf(finding)}</strong>
            )}
            <p className="wm-small">{t(finding.code, finding.facts)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
