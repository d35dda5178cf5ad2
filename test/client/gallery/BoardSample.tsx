import { Button } from '@mantine/core';
import { Badge } from '../../../client/src/components/badge/Badge.tsx';
import type { BadgeProps } from '../../../client/src/components/badge/Badge.tsx';
import { Cairn } from '../../../client/src/components/cairn/Cairn.tsx';
import { StateChip } from '../../../client/src/components/chip/StateChip.tsx';
import { ConfirmDialog } from '../../../client/src/components/dialog/ConfirmDialog.tsx';
import { Page } from '../../../client/src/components/page/Page.tsx';
import { PageTitle } from '../../../client/src/components/page/PageTitle.tsx';
import { Post } from '../../../client/src/components/post/Post.tsx';
import { SaveState } from '../../../client/src/components/save/SaveState.tsx';
import { Empty } from '../../../client/src/components/states/Empty.tsx';
import { Failed } from '../../../client/src/components/states/Failed.tsx';
import { PageSkeleton } from '../../../client/src/components/states/PageSkeleton.tsx';
import { ApiError } from '../../../client/src/api/errors.ts';
import { STATE_NAMES } from '../../../client/src/theme/tokens.ts';
import { BadgeArt } from '../../../contract/content.ts';
import { placeOf } from '../../../client/src/components/levels/levelPlaces.ts';
import { scale } from './samples.ts';
import { useState } from 'react';

const VARIANTS: readonly Partial<BadgeProps>[] = [
  { level: 1 },
  { level: 2 },
  { level: 3 },
  { level: 4 },
  { level: 3, kind: 'pathway' },
  { level: 4, kind: 'certification' },
  { level: 2, kind: 'growth' },
  { level: 3, state: 'ahead' },
  { level: 2, state: 'withdrawn' },
  { level: 2, size: 40 },
  { level: 2, size: 24 },
];

export function BoardSample() {
  const [asks, setAsks] = useState(false);
  return (
    <Page
      title="Board"
      bar={{ kind: 'top', role: 'admin', tab: 'grades' }}
      save={<SaveState save={{ kind: 'failing', since: new Date(), kept: true }} />}
    >
      <div className="wm-stack">
        <PageTitle>{'Board'}</PageTitle>
        <div className="wm-row">
          {STATE_NAMES.map((state) => (
            <StateChip key={state} state={state} />
          ))}
        </div>
        <div className="wm-row">
          {scale.levels.map(({ key }) => (
            <Cairn key={key} place={placeOf(scale, key)} height={26} />
          ))}
          <Post number={1} state="done" />
          <Post number={2} state="now" />
          <Post number={3} state="inReview" />
          <Post number={4} state="ahead" />
        </div>
        <div className="wm-row">
          <Button onClick={() => setAsks(true)}>{'Continue'}</Button>
          <Button variant="default">{'Return'}</Button>
          <Button variant="subtle">{'Cancel'}</Button>
          <Button size="sm" variant="default">
            {'Make a new one'}
          </Button>
        </div>
        <ConfirmDialog
          opened={asks}
          title="Approve?"
          confirm="Approve"
          onConfirm={() => setAsks(false)}
          onClose={() => setAsks(false)}
        >
          <p>{'A badge and 10 of 10 go out.'}</p>
        </ConfirmDialog>
        {BadgeArt.options.map((art) => (
          <div className="wm-row" key={art}>
            {VARIANTS.map((variant, index) => (
              <Badge
                key={index}
                strand={{ key: art, title: art, art }}
                level={1}
                achievementId={`sample-${index}`}
                name={`${art} ${index}`}
                {...variant}
              />
            ))}
          </div>
        ))}
        <Failed
          error={
            new ApiError({
              code: 'UNAVAILABLE',
              status: 503,
              message: 'The server rests.',
              correlationId: '7KQ2-M4XT',
            })
          }
          onRetry={() => undefined}
        />
        <Empty>{'Nothing to review. New submissions show up here.'}</Empty>
        <PageSkeleton shape="rows" />
      </div>
    </Page>
  );
}
