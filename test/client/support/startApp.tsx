import { afterEach } from '@jest/globals';
import { DONE } from '../../../contract/common.ts';
import { render } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import type { SessionInfo } from '../../../contract/sessions.ts';
import { App } from '../../../client/src/app.tsx';
import { createApi } from '../../../client/src/api/createApi.ts';
import { createQueryClient } from '../../../client/src/api/queries.ts';
import { SessionHolder } from '../../../client/src/api/session.ts';
import { startI18n } from '../../../client/src/i18n/index.ts';
import { openDeviceStore } from '../../../client/src/storage/deviceStore.ts';
import { openTextStore } from '../../../client/src/storage/webStorage.ts';
import { key, session as sample } from '../gallery/samples.ts';
import type { FakeApi } from './fakeApi.ts';

export interface Started {
  api: FakeApi;
  user: ReturnType<typeof userEvent.setup>;
  session: SessionHolder;
  container: HTMLElement;
}

/** The whole client at an address, on a network that ends in a `FakeApi`. The session is a teacher's unless said otherwise. */
export async function startApp(at: string, api: FakeApi, info: Partial<SessionInfo> = {}): Promise<Started> {
  window.history.replaceState(null, '', `/app/${key}${at}`);
  const person = { ...sample.person, ...info.person };
  let current: SessionInfo = { ...sample, roles: ['participant'], startsAs: 'participant', ...info, person };
  api.on(sessionEndpoints.get, () => current);
  api.on(sessionEndpoints.agree, ({ body }) => {
    const { weeklyMinutes } = body as { weeklyMinutes: number };
    current = { ...current, person: { ...current.person, agreed: true, weeklyMinutes } };
    return DONE;
  });
  api.on(sessionEndpoints.changeLimit, ({ body }) => {
    const { weeklyMinutes } = body as { weeklyMinutes: number };
    current = { ...current, person: { ...current.person, weeklyMinutes } };
    return DONE;
  });
  const cache = createQueryClient();
  const session = new SessionHolder({ fetch: api.fetch, store: openTextStore('sessionStorage') });
  session.grant({ key, bearer: `wm.${'b'.repeat(22)}.${'b'.repeat(43)}` });
  const words = await startI18n('en');
  const { container } = render(
    <App api={createApi({ fetch: api.fetch, session, cache })} cache={cache} words={words} />,
  );
  return { api, user: userEvent.setup(), session, container };
}

/** Forgets what a test left on the device of the sample person. */
export async function clearDevice(): Promise<void> {
  const { institution, person } = sample;
  await (await openDeviceStore({ institutionId: institution.id, personId: person.id })).clear();
}

// what one test typed and left unsent is not the next one's
afterEach(clearDevice);
