import { useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PathwayContent } from '../../../../contract/content.ts';
import { diffContent } from '../../../../contract/diffContent.ts';
import { studioEndpoints } from '../../../../contract/studio.ts';
import { useLoad } from '../../api/queries.ts';
import { SelectField } from '../../components/field/SelectField.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { ContentDiffView } from '../../components/versions/ContentDiffView.tsx';

function Difference({ before, after }: { before: PathwayContent; after: PathwayContent }) {
  const diff = useMemo(() => diffContent(before, after), [before, after]);
  return <ContentDiffView diff={diff} />;
}

interface CompareVersionsProps {
  pathwayKey: string;
  /** Of all versions, newest first. */
  numbers: readonly number[];
}

/** What differs between two versions of a pathway: at first between the newest and the one before it. */
export function CompareVersions({ pathwayKey: key, numbers }: CompareVersionsProps) {
  const { t } = useTranslation('studio');
  const id = useId();
  const [to, setTo] = useState(numbers[0] ?? 1);
  const [from, setFrom] = useState(numbers[1] ?? 1);
  const isEnough = numbers.length > 1;
  const load = { staleTime: Infinity, enabled: isEnough };
  const before = useLoad(studioEndpoints.version, { params: { key, n: from } }, load);
  const after = useLoad(studioEndpoints.version, { params: { key, n: to } }, load);
  const choices = numbers.map((n) => ({ value: String(n), label: t('versions.number', { n }) }));
  return (
    <section className="wm-stack" aria-labelledby={id}>
      <h2 id={id} className="wm-heading">
        {t('versions.compare')}
      </h2>
      {isEnough ? (
        <>
          <div className="wm-studio-change">
            <SelectField
              label={t('versions.from')}
              value={String(from)}
              choices={choices}
              onChange={(n) => setFrom(Number(n))}
            />
            <SelectField
              label={t('versions.to')}
              value={String(to)}
              choices={choices}
              onChange={(n) => setTo(Number(n))}
            />
          </div>
          <Loaded query={before} skeleton="rows">
            {(one) => (
              <Loaded query={after} skeleton="rows">
                {(other) => <Difference before={one.content} after={other.content} />}
              </Loaded>
            )}
          </Loaded>
        </>
      ) : (
        <p>{t('versions.only')}</p>
      )}
    </section>
  );
}
