import type { Api } from '../api/ApiProvider.tsx';
import { sendLeftChoices } from './choices/useAttemptChoices.ts';
import { sendLeftTexts, type Owner } from './texts/attemptTexts.ts';

/** Sends texts and choices that an earlier visit left on this device for attempts that are not open now. */
export async function sendLeftAttempts(api: Api, owner: Owner): Promise<void> {
  await Promise.all([sendLeftTexts(api, owner), sendLeftChoices(api, owner)]);
}
