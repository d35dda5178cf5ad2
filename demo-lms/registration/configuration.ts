import type { LmsState } from '../state/lmsState.ts';
import { ALL_SCOPES } from '../state/tools.ts';

const MOODLE_VARIABLES = [
  'User.id',
  'User.username',
  'Person.name.full',
  'Person.name.given',
  'Person.name.family',
  'Person.email.primary',
  'Person.sourcedId',
  'Context.id',
  'Context.title',
  'Context.label',
  'Context.sourcedId',
  'Context.id.history',
  'ResourceLink.id',
  'ResourceLink.title',
  'CourseSection.timeFrame.begin',
  'CourseSection.timeFrame.end',
  'ToolPlatformInstance.guid',
];

/** The platform's openid-configuration (dynamic registration 1.0 §3.2), with this mode's endpoints. */
export function openidConfiguration(lms: LmsState): Record<string, unknown> {
  const { mode, productFamilyCode } = lms.rules();
  return {
    issuer: lms.issuer(),
    token_endpoint: lms.endpoint('token'),
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256'],
    jwks_uri: lms.endpoint('jwks'),
    authorization_endpoint: lms.endpoint('authorization'),
    registration_endpoint: lms.endpoint('registration'),
    scopes_supported: ['openid', ...ALL_SCOPES],
    response_types_supported: ['id_token'],
    subject_types_supported: ['public', 'pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['sub', 'iss', 'name', 'given_name', 'family_name', 'email'],
    'https://purl.imsglobal.org/spec/lti-platform-configuration': {
      product_family_code: productFamilyCode,
      version: mode === 'moodle' ? '4.5.6 (Build: 20250811)' : lms.rules().version,
      messages_supported: [
        { type: 'LtiResourceLinkRequest' },
        {
          type: 'LtiDeepLinkingRequest',
          placements: [mode === 'canvas' ? 'assignment_selection' : 'ContentArea'],
        },
      ],
      variables: MOODLE_VARIABLES,
      ...(mode === 'canvas'
        ? {
            'https://canvas.instructure.com/lti/account_name': 'Demo district',
            'https://canvas.instructure.com/lti/account_lti_guid': lms.guid,
          }
        : {}),
    },
  };
}
