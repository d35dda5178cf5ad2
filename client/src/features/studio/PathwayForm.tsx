import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PathwayContent } from '../../../../contract/content.ts';
import { assemblePathway, PATHWAY_PART } from '../../../../contract/studioParts.ts';
import type { PathwayPart } from '../../../../contract/studioParts.ts';
import { TextField } from '../../components/field/TextField.tsx';
import { BadgeFields } from './BadgeFields.tsx';
import { findModule } from './changes.ts';
import { FieldPlace, PartPlace } from './FieldPlace.tsx';
import { AreaField } from '../../components/field/AreaField.tsx';
import { FrameworkField } from './FrameworkField.tsx';
import { PartHistoryDialog } from './PartHistoryDialog.tsx';
import { RuleField } from './RuleField.tsx';
import { TracksForm } from './TracksForm.tsx';
import { TryRulesDialog } from './TryRulesDialog.tsx';
import { useStudio } from './studioContext.ts';
import { setPathway } from './studioModel.ts';

function TryRules() {
  const { t } = useTranslation('studio');
  const { parts } = useStudio();
  const [content, setContent] = useState<PathwayContent | null>(null);
  return (
    <div>
      <Button variant="default" size="sm" onClick={() => setContent(assemblePathway(parts))}>
        {t('try.try')}
      </Button>
      {content && <TryRulesDialog content={content} onClose={() => setContent(null)} />}
    </div>
  );
}

/** Modules have it in their menus; the pathway's own part has none. */
function History({ pathway }: { pathway: PathwayPart }) {
  const { t } = useTranslation('studio');
  const [isShown, setShown] = useState(false);
  return (
    <div>
      <Button variant="subtle" size="sm" onClick={() => setShown(true)}>
        {t('move.history')}
      </Button>
      {isShown && (
        <PartHistoryDialog part={pathway} name={t('outline.pathway')} onClose={() => setShown(false)} />
      )}
    </div>
  );
}

/** What belongs to the pathway as a whole. */
export function PathwayForm({ pathway }: { pathway: PathwayPart }) {
  const { t } = useTranslation('studio');
  const { parts, change } = useStudio();
  const modules = pathway.modules.flatMap((key) => findModule(parts, key) ?? []);
  const set = (field: 'title' | 'vision' | 'licence' | 'source') => (value: string) =>
    change((now) => setPathway(now, { [field]: value }), `pathway/${field}`);
  return (
    <section className="wm-studio-form" data-part={PATHWAY_PART} aria-label={t('outline.pathway')}>
      <PartPlace part={PATHWAY_PART}>
        <FieldPlace at="title">
          <TextField
            label={t('fields.title')}
            value={pathway.title}
            most={255}
            dir="auto"
            onChange={set('title')}
          />
        </FieldPlace>
        <FieldPlace at="vision">
          <AreaField
            label={t('fields.vision')}
            description={t('help.vision')}
            value={pathway.vision}
            most={500}
            onChange={set('vision')}
          />
        </FieldPlace>
        <FrameworkField pathway={pathway} />
        <FieldPlace at="licence">
          <TextField
            label={t('fields.licence')}
            value={pathway.licence}
            most={120}
            onChange={set('licence')}
          />
        </FieldPlace>
        <FieldPlace at="source">
          <TextField
            label={t('fields.source')}
            description={t('help.source')}
            value={pathway.source}
            most={500}
            dir="auto"
            onChange={set('source')}
          />
        </FieldPlace>
        <BadgeFields pathway={pathway} />
        <TracksForm pathway={pathway} />
        {modules.length > 0 && <TryRules />}
        {modules.length > 0 && (
          <FieldPlace at="completes">
            <RuleField
              label={t('fields.completes')}
              rule={pathway.completes}
              before={pathway.modules}
              kinds={{
                before: t('opens.every'),
                chosen: t('opens.all'),
                some: t('opens.someOf'),
                own: t('opens.own'),
              }}
              choices={{ pathwayKey: pathway.key, modules, tracks: pathway.tracks }}
              onChange={(completes) => change((now) => setPathway(now, { completes }))}
            />
          </FieldPlace>
        )}
        <History pathway={pathway} />
      </PartPlace>
    </section>
  );
}
