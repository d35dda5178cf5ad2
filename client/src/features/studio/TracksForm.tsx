import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { PATHWAY_PART } from '../../../../contract/studioParts.ts';
import type { PathwayPart } from '../../../../contract/studioParts.ts';
import { TextField } from '../../components/field/TextField.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { AreaField } from '../../components/field/AreaField.tsx';
import { FieldPlace } from './FieldPlace.tsx';
import { useStudio } from './studioContext.ts';
import { focusAdded } from './target.ts';
import { addTrack, removeTrack, setTrack, TRACKS_MAX } from './trackModel.ts';

/** The tracks that participants may choose. Removing one can be undone, like everything. */
export function TracksForm({ pathway }: { pathway: PathwayPart }) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { polite } = useAnnounce();
  return (
    <section className="wm-studio-rule" aria-label={t('tracks.title')}>
      <FieldPlace at="tracks">
        <h2 className="wm-label">{t('tracks.title')}</h2>
        <p className="wm-small">{t('tracks.help')}</p>
      </FieldPlace>
      {pathway.tracks.map(({ key, title, summary }) => (
        <FieldPlace key={key} at={`tracks/${key}`} className="wm-studio-group">
          <TextField
            label={t('tracks.name')}
            value={title}
            most={255}
            dir="auto"
            onChange={(value) => change((now) => setTrack(now, key, { title: value }), `${key}/title`)}
          />
          <AreaField
            label={t('fields.summary')}
            value={summary}
            most={500}
            onChange={(value) => change((now) => setTrack(now, key, { summary: value }), `${key}/summary`)}
          />
          <Button
            variant="default"
            size="compact-sm"
            aria-label={t('tracks.removeNamed', { title: title || t('untitled') })}
            onClick={() => {
              change((now) => removeTrack(now, key));
              polite(t('move.removed', { name: title || t('untitled') }));
            }}
          >
            {t('move.remove')}
          </Button>
        </FieldPlace>
      ))}
      {pathway.tracks.length < TRACKS_MAX && (
        <Button
          variant="subtle"
          leftSection={<IconPlus size={18} stroke={ICON_STROKE} aria-hidden="true" />}
          onClick={() => {
            const key = crypto.randomUUID();
            change((now) => addTrack(now, key, t('tracks.new')));
            focusAdded(PATHWAY_PART, `tracks/${key}`);
          }}
        >
          {t('tracks.add')}
        </Button>
      )}
    </section>
  );
}
