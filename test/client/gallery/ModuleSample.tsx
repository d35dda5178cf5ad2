import { useState } from 'react';
import { ActionIcon, Button } from '@mantine/core';
import { IconPlayerPause } from '@tabler/icons-react';
import { EvidenceRow } from '../../../client/src/components/evidence/EvidenceRow.tsx';
import { PartsMeter } from '../../../client/src/components/meter/Meter.tsx';
import { Page } from '../../../client/src/components/page/Page.tsx';
import { LevelsRow } from '../../../client/src/components/levels/LevelsRow.tsx';
import { Rubric } from '../../../client/src/components/rubric/Rubric.tsx';
import { RubricSheet } from '../../../client/src/components/rubric/RubricSheet.tsx';
import { SaveState } from '../../../client/src/components/save/SaveState.tsx';
import { WordDiff } from '../../../client/src/components/diff/WordDiff.tsx';
import { Words } from '../../../client/src/components/words/Words.tsx';
import { criteria, marks, reflection, scale } from './samples.ts';
import './gallery.css';

export function ModuleSample() {
  const [open, setOpen] = useState<string | null>(criteria[1].key);
  return (
    <Page
      title="Module"
      kind="workspace"
      bar={{ kind: 'inner', back: '', parent: 'Pathway', title: 'Run it with one class', isHeading: true }}
      save={<SaveState save={{ kind: 'saving' }} />}
    >
      <div className="g-split">
        <div className="g-left">
          <h2>{'Reflect'}</h2>
          <Words document={reflection} />
          <WordDiff
            before="So on Wednesday I went over the answers with everybody and then we moved on. I will look."
            after="So on Wednesday I did not start with page 42. On Thursday nine wrote the unit."
          />
          <EvidenceRow
            kind="document"
            mediaType="application/pdf"
            name="Exit check, four questions.pdf"
            meta="PDF, 340 kB. Evidence for A and C"
          />
          <EvidenceRow
            kind="video"
            name="Wednesday start, ten minutes.mp4"
            progress={{ value: 0.62, label: 'Wednesday start' }}
            meta="41 of 66 MB, about 2 min. You can keep writing."
            actions={
              <ActionIcon variant="subtle" color="gray" size={40} aria-label="Pause">
                <IconPlayerPause size={20} stroke={1.75} />
              </ActionIcon>
            }
          />
          <EvidenceRow
            kind="reflection"
            look="plain"
            name="Reflection, 212 words"
            fingerprint={'9f2c41d0'.repeat(8)}
          />
          <LevelsRow scale={scale} criterion={criteria[1]} value="meets" onChange={() => undefined} />
        </div>
        <div className="g-right">
          <Rubric
            scale={scale}
            criteria={criteria}
            marks={marks}
            open={open}
            onOpen={setOpen}
            onChoose={() => undefined}
            note="the same rubric your reviewer uses"
          />
        </div>
      </div>
      <div className="g-foot">
        <div className="g-peek">
          <RubricSheet
            scale={scale}
            criteria={criteria}
            marks={marks}
            current={open ?? criteria[0].key}
            onCurrent={setOpen}
            onChoose={() => undefined}
          />
        </div>
        <div className="g-actions">
          <PartsMeter done={3} total={4}>
            {'3 of 4 parts ready'}
          </PartsMeter>
          <Button className="wm-main-action">{'Check and submit'}</Button>
        </div>
      </div>
    </Page>
  );
}
