import { render } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { startI18n } from '../../../client/src/i18n/index.ts';
import { Providers } from './Providers.tsx';
import type { ProvidersProps } from './Providers.tsx';

type Options = Partial<Omit<ProvidersProps, 'children' | 'words'>> & { lng?: string };

/** Renders a part as it stands in a page: a live session, English words, no network unless given. */
export async function renderPart(part: ReactNode, { lng, ...options }: Options = {}) {
  const words = await startI18n(lng);
  const user = userEvent.setup();
  const shown = render(part, {
    wrapper: ({ children }) => (
      <Providers words={words} {...options}>
        {children}
      </Providers>
    ),
  });
  return { user, words, ...shown };
}
