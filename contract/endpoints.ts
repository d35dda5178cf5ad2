import { artifactEndpoints } from './artifacts.ts';
import { assignmentEndpoints } from './assignments.ts';
import { attemptEndpoints } from './attempts.ts';
import { bundleEndpoints } from './bundles.ts';
import { contentFileEndpoints } from './contentFiles.ts';
import { deepLinkingEndpoints } from './deepLinking.ts';
import { deliveryEndpoints, receiptEndpoints } from './grades.ts';
import { embedEndpoints } from './embeds.ts';
import type { Endpoint } from './endpoint.ts';
import { formEndpoints } from './forms.ts';
import { frameworkEndpoints } from './frameworks.ts';
import { messageEndpoints } from './messages.ts';
import { observationEndpoints } from './observations.ts';
import { overlayEndpoints } from './overlays.ts';
import { pathwayEndpoints } from './pathways.ts';
import { peerEndpoints } from './peers.ts';
import { reviewEndpoints } from './reviews.ts';
import { sessionEndpoints } from './sessions.ts';
import { studioEndpoints } from './studio.ts';

const groups = {
  Session: sessionEndpoints,
  Messages: messageEndpoints,
  Pathways: pathwayEndpoints,
  Attempts: attemptEndpoints,
  Artifacts: artifactEndpoints,
  'Content files': contentFileEndpoints,
  Embeds: embedEndpoints,
  Reviews: { ...peerEndpoints, ...reviewEndpoints },
  'Deep linking': deepLinkingEndpoints,
  Studio: studioEndpoints,
  'Observation forms': formEndpoints,
  Bundles: bundleEndpoints,
  Receipts: receiptEndpoints,
  Deliveries: deliveryEndpoints,
  Assignments: assignmentEndpoints,
  Frameworks: frameworkEndpoints,
  Overlays: overlayEndpoints,
  Observations: observationEndpoints,
} as const;

export interface NamedEndpoint {
  group: string;
  name: string;
  endpoint: Endpoint;
}

/** The whole API, as used by OpenAPI, the rights matrix test and the tenant test. */
export const ENDPOINTS: readonly NamedEndpoint[] = Object.entries(groups).flatMap(([group, endpoints]) =>
  Object.entries(endpoints).map(([name, endpoint]: [string, Endpoint]) => ({ group, name, endpoint })),
);
