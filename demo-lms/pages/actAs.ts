import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import type { LmsState } from '../state/lmsState.ts';

/** Cookies don't know ports: the name holds it, so that two LMSs of one host don't mix people up. */
function cookieName(lms: LmsState): string {
  return `demo_lms_${new URL(lms.url).port || '80'}`;
}

/** The id of the person whom this browser acts as, or null. */
export function actingPersonId(lms: LmsState, req: Request): string | null {
  const id = parseCookie(req.headers.cookie ?? '')[cookieName(lms)];
  return id && lms.people.find(id) ? id : null;
}

/** Makes this browser act as a person from now on. */
export function setActingPerson(lms: LmsState, res: Response, personId: string): void {
  res.cookie(cookieName(lms), personId, { httpOnly: true, sameSite: 'lax', path: '/' });
}
