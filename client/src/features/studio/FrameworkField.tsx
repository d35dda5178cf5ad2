import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { frameworkEndpoints } from '../../../../contract/frameworks.ts';
import type { FrameworkRow } from '../../../../contract/frameworks.ts';
import type { PathwayPart } from '../../../../contract/studioParts.ts';
import { useApi } from '../../api/ApiProvider.tsx';
import { SelectField } from '../../components/field/SelectField.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { chooseFramework, strandsOf } from './alignmentModel.ts';
import { useFrameworksHere } from './draftFrameworks.ts';
import { FieldPlace } from './FieldPlace.tsx';
import { FrameworkNewsDialog } from './FrameworkNewsDialog.tsx';
import { strandChoices } from './strands.ts';
import { useStudio } from './studioContext.ts';
import { setPathway } from './studioModel.ts';

interface ChoicesProps {
  pathway: PathwayPart;
  rows: readonly FrameworkRow[];
}

/** The published frameworks, each in its newest version; the pathway's own in the version that it names. */
function useChoices({ pathway: { framework }, rows }: ChoicesProps): { value: string; label: string }[] {
  const { t } = useTranslation('studio');
  const label = (title: string, n: number) => t('framework.versionOf', { title, n });
  const choices = rows.map(({ key, title, version }) => ({
    value: key,
    label: label(title, key === framework?.key ? framework.version : version),
  }));
  const isGone = framework !== null && !rows.some(({ key }) => key === framework.key);
  return [
    { value: '', label: t('framework.none') },
    ...(isGone ? [{ value: framework.key, label: label(framework.title, framework.version) }] : []),
    ...choices,
  ];
}

function Which({ pathway, rows }: ChoicesProps) {
  const { t } = useTranslation('studio');
  const { call } = useApi();
  const { change } = useStudio();
  const [failed, setFailed] = useState(false);
  const choices = useChoices({ pathway, rows });
  const problem = failed ? t('framework.notRead') : null;
  useAnnouncement(problem);
  const choose = (key: string) => {
    setFailed(false);
    const row = rows.find((one) => one.key === key);
    if (!row) return change((now) => chooseFramework(now, null));
    const { version } = row;
    call(frameworkEndpoints.read, { params: { key, n: version } }).then(
      ({ content, applied }) =>
        change((now) => chooseFramework(now, { version, content: applied ?? content })),
      () => setFailed(true),
    );
  };
  return (
    <FieldPlace at="framework">
      <SelectField
        label={t('fields.framework')}
        value={pathway.framework?.key ?? ''}
        choices={choices}
        onChange={choose}
      />
      {problem && <span className="wm-field-problem">{problem}</span>}
    </FieldPlace>
  );
}

/** Says that the framework has a newer version, and shows what that changes. */
function Newer({ pathway: { framework }, rows }: ChoicesProps) {
  const { t } = useTranslation('studio');
  const [shown, setShown] = useState(false);
  const row = rows.find(({ key }) => key === framework?.key);
  if (!framework || !row || row.version <= framework.version) return null;
  return (
    <div className="wm-notice-line">
      <span>{t('framework.newer', { n: row.version, version: framework.version })}</span>
      <Button size="sm" variant="default" onClick={() => setShown(true)}>
        {t('framework.see')}
      </Button>
      {shown && <FrameworkNewsDialog from={framework} to={row.version} onClose={() => setShown(false)} />}
    </div>
  );
}

/** The strand of the pathway: one of its framework's, or of the usual ones if it has none. */
function StrandField({ pathway }: { pathway: PathwayPart }) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { named } = useFrameworksHere();
  const framework = pathway.framework && named.get(pathway.framework.key);
  const own = framework ? strandsOf(framework.content) : [];
  const isKnown = own.some(({ key }) => key === pathway.strand.key);
  // a strand that the framework does not have stays, until another one is chosen
  const offered = isKnown ? own : [pathway.strand, ...own];
  const strands = own.length > 0 ? offered : strandChoices([pathway.strand]);
  return (
    <FieldPlace at="strand">
      <SelectField
        label={t('fields.strand')}
        value={pathway.strand.key}
        choices={strands.map(({ key, title }) => ({ value: key, label: title }))}
        onChange={(key) => {
          const strand = strands.find((one) => one.key === key);
          if (strand) change((now) => setPathway(now, { strand }));
        }}
      />
    </FieldPlace>
  );
}

/** What a pathway takes from a framework: which one, in which version, and its strand. */
export function FrameworkField({ pathway }: { pathway: PathwayPart }) {
  const { rows } = useFrameworksHere();
  return (
    <>
      <div className="wm-studio-pair wm-studio-pair-even">
        <Which pathway={pathway} rows={rows ?? []} />
        <StrandField pathway={pathway} />
      </div>
      <Newer pathway={pathway} rows={rows ?? []} />
    </>
  );
}
