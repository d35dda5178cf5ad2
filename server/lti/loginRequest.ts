import type { Request } from 'express';
import { z } from 'zod';
import { isIssuer } from './addresses.ts';
import { LaunchRefused } from './launchRefused.ts';
import { Identifier } from './received.ts';
import type { RefusalReason } from './refusalReasons.ts';
import { describeClaim } from './describeClaim.ts';

/** Longer hints could not be passed on in a URL. */
const hint = z
  .string()
  .min(1)
  .max(32 * 1024);
/** Absent if it is empty, repeated or longer than an id can be. */
const optional = Identifier.optional().catch(undefined);

/**
 * Third-party initiated login (LTI 1.3 core §5.1.1). Strings only: an array or an operator is not a login. Optional values that
 * cannot be read count as absent.
 */
const LoginRequest = z.object({
  iss: z.string().refine(isIssuer),
  login_hint: hint,
  target_link_uri: z.string().min(1).max(2000),
  client_id: optional,
  // it belongs to the platform, which wants it back: never shortened or omitted
  lti_message_hint: z.preprocess((value) => (value === '' ? undefined : value), hint.optional()),
  lti_deployment_id: optional,
  /** Canvas documents this name. */
  deployment_id: optional,
  lti_storage_target: z
    .string()
    .regex(/^[\w.:-]{1,255}$/)
    .optional()
    .catch(undefined),
});
export type LoginRequest = z.infer<typeof LoginRequest>;

const REASONS: Readonly<Record<string, RefusalReason>> = {
  iss: 'LOGIN_ISS',
  login_hint: 'LOGIN_LOGIN_HINT',
  target_link_uri: 'LOGIN_TARGET_LINK_URI',
  lti_message_hint: 'LOGIN_LTI_MESSAGE_HINT',
};

/** The login that a request asks for, in its query or its form. @throws {LaunchRefused} LAUNCH_MALFORMED naming the parameter */
export function readLogin(req: Request): LoginRequest {
  const sent: Record<string, unknown> = {
    ...req.query,
    ...(req.body as Record<string, unknown> | undefined),
  };
  const parsed = LoginRequest.safeParse(sent);
  if (parsed.success) return parsed.data;
  const name = String(parsed.error.issues[0]?.path[0] ?? '');
  throw new LaunchRefused(REASONS[name] ?? 'BODY', { facts: describeClaim(name, sent[name]) });
}
