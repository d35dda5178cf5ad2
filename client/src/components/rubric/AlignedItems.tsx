import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alignment } from '../../../../contract/content.ts';
import { frameworkEndpoints } from '../../../../contract/frameworks.ts';
import { useLoad } from '../../api/queries.ts';
import './alignedItems.css';

interface ItemsProps {
  framework: string;
  /** Of this framework. */
  alignments: readonly Alignment[];
}

/** The items of one framework: as the criterion has them, and with their can-do statements once these are read. */
function Items({ framework, alignments }: ItemsProps) {
  const items = alignments.map(({ item }) => item).join(',');
  const read = useLoad(
    frameworkEndpoints.statements,
    { params: { key: framework }, query: { items } },
    { staleTime: Infinity },
  );
  const statements = new Map(read.data?.rows.map(({ key, canDo }) => [key, canDo]));
  return alignments.map(({ item, code, title }) => (
    <li key={item}>
      <span>
        {code && <bdi className="wm-mono">{code}</bdi>} <span dir="auto">{title}</span>
      </span>
      {statements.get(item) && <span dir="auto">{statements.get(item)}</span>}
    </li>
  ));
}

/** What a criterion is about in a framework: folded until somebody wants to know. Nothing, if it is aligned to nothing. */
export function AlignedItems({ alignments }: { alignments: readonly Alignment[] }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  if (alignments.length === 0) return null;
  const frameworks = [...new Set(alignments.map(({ framework }) => framework))];
  return (
    <details className="wm-aligned" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="wm-small">{t('rubric.aligned', { count: alignments.length })}</summary>
      {isOpen && (
        <ul className="wm-plain-list wm-small">
          {frameworks.map((framework) => (
            <Items
              key={framework}
              framework={framework}
              alignments={alignments.filter((one) => one.framework === framework)}
            />
          ))}
        </ul>
      )}
    </details>
  );
}
