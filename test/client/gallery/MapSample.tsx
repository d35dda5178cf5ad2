import { Button } from '@mantine/core';
import { Badge } from '../../../client/src/components/badge/Badge.tsx';
import { LevelOf } from '../../../client/src/components/cairn/Cairn.tsx';
import { StateChip } from '../../../client/src/components/chip/StateChip.tsx';
import { Blaze } from '../../../client/src/components/logo/Logo.tsx';
import { Page } from '../../../client/src/components/page/Page.tsx';
import { PageTitle } from '../../../client/src/components/page/PageTitle.tsx';
import { SaveState } from '../../../client/src/components/save/SaveState.tsx';
import { Trail } from '../../../client/src/components/trail/Trail.tsx';
import { PlainWords } from '../../../client/src/components/words/Words.tsx';
import { scale, strand } from './samples.ts';

function row(title: string, facts: string, chip: React.ReactNode, level?: 'meets' | 'extends') {
  return (
    <div className="wm-row">
      <div>
        <h2 className="wm-subheading">{title}</h2>
        <div className="wm-row wm-small">
          <span>{facts}</span>
          {level && <LevelOf scale={scale} level={level} />}
        </div>
      </div>
      {chip}
    </div>
  );
}

const here = (
  <div className="wm-card wm-card-lifted wm-stack">
    <div className="wm-row">
      <Blaze />
      <span className="wm-small">{'You are here'}</span>
    </div>
    <h2>{'Run it with one class'}</h2>
    <div>
      <Button className="wm-main-action">{'Continue your reflection'}</Button>
    </div>
  </div>
);

const stops = [
  {
    key: '1',
    number: 1,
    state: 'done',
    content: row(
      'What a quick check can tell you',
      'Explore 30 min',
      <StateChip state="approved" />,
      'meets',
    ),
  },
  {
    key: '2',
    number: 2,
    state: 'done',
    content: row('Design a five-minute check', 'Design 60 min', <StateChip state="approved" />, 'extends'),
  },
  { key: '3', number: 3, state: 'now', content: here },
  {
    key: '4',
    number: 4,
    state: 'ahead',
    content: row(
      'A peer looks with you',
      'Observe 60 min',
      <StateChip state="locked">{'Opens after 3'}</StateChip>,
    ),
  },
  {
    key: '5',
    number: 5,
    state: 'inReview',
    content: row('What changed for students', 'Reflect 45 min', <StateChip state="inReview" />),
  },
  {
    key: '6',
    number: 6,
    state: 'ahead',
    marker: (
      <Badge strand={strand} level={3} kind="pathway" achievementId="pathway" state="ahead" size={52} />
    ),
    content: row(
      'Pathway badge: Assessment technology, Apply',
      'Awarded when all five modules are approved',
      null,
    ),
  },
] as const;

export function MapSample() {
  return (
    <Page
      title="Map"
      bar={{ kind: 'top', role: 'participant', tab: 'pathway', counts: { pathway: 1 } }}
      save={<SaveState save={{ kind: 'saved' }} />}
    >
      <div className="wm-stack">
        <PageTitle>{'Assessment technology that informs teaching'}</PageTitle>
        <PlainWords>
          {'In our schools, a check for understanding is short, kind, and changes what happens next.'}
        </PlainWords>
        <Trail label="Modules" stops={stops} />
      </div>
    </Page>
  );
}
